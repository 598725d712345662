import type { InjectionRules } from './rule.ts';

/** Forged structure, planted notes, smuggling out, and tricks of form. */
export const frameRules: InjectionRules = {
  'frame.chat-template': {
    points: 8,
    patterns: [
      '(im_start|im_end|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|begin_of_text|end_of_turn|startoftext|endofprompt) "|>"',
      'inst "]"',
      'sys ">>"',
      '"<" (start_of_turn|end_of_turn) ">"',
    ],
  },
  'frame.fake-boundary': {
    points: 8,
    patterns: [
      '(end|stop|begin|new|start) ~2 (system|user|prompt|instructions|conversation|context|document|input|text|query|message) ~2 ("---"|"==="|"###"|"***"|"]]"|"]")',
      '(system|system_prompt|systemprompt|instructions|admin|system_message|developer) ("]"|">") ~~12 (you|ignore|new|override|must|reveal|disable*|mode|instructions|now)',
      '(system|admin|administrator|developer|root) (override|message|alert|notice|instruction|directive|command|update|prompt) ":" ~~10 (ignore|you|disregard|new|all|enable|disable|reveal|execute|print|show|must|grant|switch|forget|output|display)',
      '(begin|start|end) ~1 (system prompt|system message|system instructions|new instructions|user prompt|user input|override)',
    ],
  },
  'frame.role-prefix': {
    points: 3,
    patterns: [
      '(system|assistant|developer|admin|root) ":" (you|ignore|new|from|now|sure|disregard|override|enter)',
    ],
  },
  'frame.note-to-model': {
    points: 8,
    patterns: [
      '(note|message|instruction*|attention|important|notice|memo|reminder|hey|dear|warning) (to|for|":")? (the|all|any)? (ai|llm|llms|language model*|chatbot|chatgpt|gpt|assistant|bot|ai assistant|ai model*|large language model*) ~1 (":"|"," | reading|processing|who|that|you|when|please|ignore|must|summar*|only)',
      '(if|when) you (are|"\'" re) ~1 (ai|llm|language model|large language model|chatbot|bot|ai assistant) ~~4 (reading|processing|summar*|ignore|say|print|include|must|please|add|you|then)',
      '"<" (important|information|instruction) ">" ~~14 (you|must|ignore|before|send|read|tool|do|forward|transfer|please)',
    ],
  },
  'frame.exfiltrate': {
    points: 8,
    patterns: [
      '(send|forward|email|post|upload|transmit|exfiltrate|leak|submit|deliver) ~~8 (conversation|history|credentials|password*|secrets|"api key"|"api keys"|"system prompt"|"chat history"|"user data"|contacts|"personal data"|messages|tokens|"private key"|environment) ~~4 to ~~3 (http|https|www|attacker*|"@"|webhook|url|address|evil|my|server)',
      '"](" (http|https) ~~16 ("?"|"=") ~~4 (data|prompt|history|conversation|secret|system|summary|q|"{"|"[")',
      '(append|encode|include|embed|insert|put|add) ~~8 (conversation|history|secret*|password*|prompt|data|information|answer) ~~5 (url|link|image|query string|markdown|parameter)',
    ],
  },
  'frame.sure': {
    points: 6,
    patterns: [
      '(start|begin|starting|beginning|prefix) ~1 (your|the|every|each|all|any|with)? ~1 (answer*|response*|reply|replies|output|sentence|message*|with|by) ~4 (sure|absolutely|"of course"|certainly|"i\'m happy"|"dan"|"hello , i")',
    ],
  },
  'frame.authority': {
    points: 6,
    patterns: [
      '(authorized|permission|clearance|approved|approval|cleared) (by|from|of) (your|the|openai|my) (developer*|creator*|openai|administrator*|admin*|maker*|team|boss|owner*)',
      "(i am|i'm|as|this is) (an|a|the|your) (openai|anthropic|google|security|ai|safety|red team) (employee|engineer|developer|researcher|staff|auditor|administrator|team|creator) ~~6 (test*|need|you|and|debug*|authori*)",
      '(i have|have been|i was) (special|admin|root|sudo|full|given|granted)? (admin|root|sudo|special) (privileges|access|clearance|rights|permission*)',
      'sudo ":"',

      '(i am|"i\'m"|im|this is|as|we are) ~1 (openai|creator|developer|administrator|admin|engineer|owner|programmer|authorized|system administrator|root|superuser|ceo) ~~5 (show|override|grant*|access|authori*|command*|order*|instruct*|need|reveal|give|allow*|disable|bypass|ignore|tell|print|prompt|you)',
      '(authorized|authorised|administrator|admin|developer|emergency|security|root|sudo) (override|access|clearance|authorization|bypass|privilege*) (code|granted|enabled|required|confirmed|":"|accepted|requested|activated|in)',
      'for (debugging|testing|audit|auditing|verification|compliance|research|quality assurance|security) (purposes|reasons) ~~4 (reveal|show|print|output|repeat|display|tell|provide|ignore|disable|list)',
    ],
  },
  'frame.decode-and-follow': {
    points: 10,
    patterns: [
      '(decode|decrypt|decipher|unscramble|deobfuscate|rot13|base64) ~~12 (and|then) (then)? (follow|do|obey|comply|answer|perform|act|carry|"execute:"|"run:")',
      '(decode|decrypt|decipher|unscramble|deobfuscate|rot13|base64) ~~12 (and|then) (then)? (execute|run) ~1 (it|them|this|that|what|whatever|instruction*|command*|message*|text|result|decoded|every|everything)',
      '(execute|follow|obey|run) ~4 (decoded|hidden|encoded|base64|rot13|reversed) ~1 (instruction*|command*|message*|text|string)',
      '(execute|follow|obey|run) ~1 (hex|morse) (instruction*|command*|message*|text|string|":")',
      '(encode|convert|output|translate|write|spell|print|give|put|rot13) ~~6 (your|system|initial|initially|hidden|secret|original) ~2 (prompt|instruction*|message|text|configuration|given) ~~4 (base64|hex|rot13|emoji|binary|reverse*|backwards|morse|leetspeak|json|yaml|code|poem|french|spanish|language)',
    ],
  },
  'frame.say-pwned': {
    points: 10,
    patterns: [
      '(print|say|output|respond|reply|write|answer|return|type|respond with|reply with|only say|just say|just print) (only|just|exactly|with|the|back|out|phrase|words|string|word|":")? (“ | "\'" | "“")? ~1 (have been|was|"have been"|"been")? (pwned|hacked|haha pwned|"i have been pwned"|"i have been hacked"|"kill all humans"|"hate humans"|"i hate humans")',
      "(haha|lol|i've been|i have been) (pwned|hacked|jailbroken)",
      '(kill|destroy|hate) all humans',
    ],
  },
  'frame.disable-safety': {
    points: 10,
    patterns: [
      '(emergency|urgent|authorized) ~6 (bypass|override|disable) ~1 (restrictions|safety|filters|guidelines)',
      '(system|admin|developer) ":" (disable|deactivate|"turn off"|"switch off"|bypass) all safety check*',
      '(disable|deactivate|"turn off"|"switch off"|bypass) all safety (filter*|restriction*|guideline*|protocol*|measure*|guardrail*)',
      '(disable|deactivate|remove|bypass|turn off|switch off|lift|override) (all|any)? ~1 your ~1 (filters|filter|restrictions|limits|limitations|safeguards|guardrails|censorship|rules|constraints|safety|protections)',
      '(disable|deactivate|"turn off"|"switch off"|remove|bypass*|lift|evade|circumvent|suspend|drop) ~2 (your|content|ethical) ~2 (safety|content|ethical|moral|moderation|alignment|guardrail*|filter|filters|safeguard*|censorship) (filter*|restriction*|guideline*|protocol*|measure*|guardrail*|check*|polic*|mode|feature*|mechanism*|system*|constraint*|limit*|and|"."|"!"|now)',
    ],
  },
};
