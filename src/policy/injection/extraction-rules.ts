import type { InjectionRules } from './rule.ts';

const show =
  '(reveal|show|print|display|output|repeat|tell|give|share|leak|expose|disclose|divulge|dump|recite|list|write|spell|echo|return|provide|extract|send|translate|summarize|summarise|render|encode|describe|reproduce|quote|state|say)';
const hidden =
  '(system|initial|hidden|secret|original|internal|developer|starting|underlying|confidential|base|preset|pre|core|startup)';
const prompt =
  '(prompt|prompts|instruction|instructions|directive*|guidelines|configuration|config|message|rules|initialization|programming|preamble)';

/** Language that asks a model for its own instructions or for secrets it holds. */
export const extractionRules: InjectionRules = {
  'extraction.system-prompt': {
    points: 10,
    patterns: [
      '(tell|show|give|share|reveal|print|output|display|repeat|leak|expose|dump) ~1 (your|ur) (own|full|exact|complete|internal|current|entire|initial) (instructions|prompt|directives|configuration|programming|initialization|internals)',
      '(output|you to display|you display|you show|you print) your configuration',
      '(tell|show|give|reveal|print|output|repeat|leak|expose|dump) (me|us)? (your|ur) (instructions|prompt|directives|programming|initialization|internals)',
      '(reveal|leak|expose|disclose|divulge|dump|recite|extract) ~1 (your|the|all|its) ~1 (system|hidden|secret|initial|original|developer|confidential) (prompt|prompts|instructions)',
      '(opposite|contents|content|text|copy|summary|translation|beginning|start) of your ~1 (system|initial|original|hidden|secret) (prompt|instructions)',
      '(repeat|print|output|show|reveal|display|give|tell|see|recite|leak|dump|echo|extract) ~1 (everything|all|anything|what|the text)? (in|inside|about|is|of|is in)? (the|your) (full|entire|exact|actual|whole)? (system prompt|system message|system instructions|hidden instructions|hidden prompt|initial prompt|initial instructions|initialization string|developer message|developer prompt)',
      '(my|the) (system prompt|instructions|initial instructions) (is|are) ":"',
      '(output|print) ~1 "<" (system|system_prompt|systemprompt|instructions)',

      `${show} (me|us|back|out|to|for|it)? ~2 (your|ur) ~1 ${hidden} ~1 ${prompt}`,
      `${show} (me|us|back|out)? (the|all|all of the)? ("system prompt"|"system instructions"|"initial prompt"|"hidden prompt"|"secret prompt"|"original prompt"|"initial instructions"|"original instructions"|"hidden instructions"|"secret instructions"|"developer message"|"initialization string"|system_prompt|"<system_prompt>"|"<system>") ~1 (verbatim|word|exactly|you|now|above|here|please|to|and|in|as|"." |"!"|for)`,
      `(what|whats) (is|are|was|were|s)? (in|inside)? your ~1 ${hidden} (prompt|instruction|instructions|directive*|message|rules|guidelines|configuration)`,
      `(show|tell|print|reveal|repeat|output|display|give) ~1 (your|ur) (full|exact|entire|complete|verbatim|whole|exact) ~1 (prompt|instructions|rules|guidelines|configuration|context)`,
      `${show} ~1 (your|all your|all of your) (prompt|instructions|directives|guidelines) (verbatim|word|exactly|now|in|as|above|please|"."|to)`,
    ],
  },
  'extraction.repeat-above': {
    points: 10,
    patterns: [
      '(repeat|output|print|recite|echo) (me|the|all|everything|back)? ~1 (above|preceding) (conversation|prompt|instructions|words)',
      '(repeat|print|output|echo|recite|reproduce|show|display|write|copy|give|return|type|summarize|summarise|translate) ~~3 (text|words|everything|all|content*|sentence*|line*|message*|conversation|instruction*|paragraph*|phrase*|prompt*|information) ~2 (above|"before this"|"preceding this"|"prior to this"|"up to this"|"from the beginning"|"at the beginning"|"from the start") ~~3 (verbatim|"word for word"|exactly|"starting with"|"beginning with"|including|"code block"|markdown)',
      '(repeat|output|print|recite|translate) (the|everything|all)? ~1 (text|words|everything|that) ~2 (above|before) (this|the) (line|message|sentence|one)',
      '(repeat|output|recite) the (text above|above text|words above|above words)',
      '(repeat|output|print|recite|echo) (everything|all|all the text|all of the text) (above|"before this") (this)? ("." |"!"|":"|"," |line|message)',
      '(repeat|output|print|copy|recite|echo) (this|the|our) (entire|whole|full) (conversation|prompt|chat|context|history)',

      "(starting|beginning|begin|start) with “? (you are|you're|you are chatgpt) ~~3 (repeat|put|in|and|“)",
      'repeat ~3 (entire|whole|full) (conversation|prompt|context|instructions)',
      '(words|text|everything|sentences|lines|instructions) (above|before|preceding) ~~4 ("you are"|"into a code"|"in a code"|"code block"|"txt code")',
      'what (were|was) (you|the) ~2 (told|instructed|given|prompted|first|previous) ~4 (before|initially|instruction*|conversation|prompt|start*)',
      '(text|prompt|instructions|message|context) (you|that you) (were|was) (given|told|shown|provided) ~2 (initially|before|first|originally|start*|at)',
    ],
  },
  // What is asked for of any text or prompt; beside another sign it counts.
  'extraction.everyday': {
    points: 4,
    patterns: [
      '(tell|show|give|share|reveal|print|output|display|repeat|leak|expose|dump) ~1 (your|ur) (own|full|exact|complete|internal|current)? (instructions|prompt|directives|configuration|programming|initialization|internals)',
      '(output|print|show|reveal|echo|log) (initialization string|systemprompt|system_prompt|initial_prompt|hidden_prompt|"(systemprompt)"|"(system_prompt)")',
      `(reveal|leak|expose|disclose|divulge|dump|recite|extract) ~3 (system|hidden|secret|initial|original|developer|confidential) ~1 (prompt|instructions|message)`,
      '(opposite|contents|content|text|copy|version|summary|translation|beginning|start) of your ~1 (system|initial|original|hidden|secret)? (prompt|instructions)',
      '(repeat|output|print|copy|recite|show|display|echo) (me|the|all|everything|back)? ~1 (above|preceding) (text|words|conversation|prompt|instructions|message|paragraph|content)',
      '(repeat|output|print|copy|recite) ~2 (text|words|everything|content|message) (above|preceding) ~2 (in|and|back|verbatim)',
      '(repeat|print|output|copy|echo|recite|reproduce|show|display|write|summarize|summarise|return|give|translate|type) ~~3 (text|words|everything|all|content*|sentence*|line*|message*|conversation|instruction*|paragraph*|phrase*|prompt*|information|lines) ~2 (above|"before this"|"preceding this"|"prior to this"|"up to this"|"so far"|"from the beginning"|"at the beginning"|"from the start"|"from the top") ~~3 (verbatim|exactly|word*|starting|beginning|including|code|markdown|text|"." |":"|"\'"|"(")',
    ],
  },
  'extraction.verbatim-instructions': {
    points: 5,
    patterns: [
      '(your|the|these|all) ~1 (instructions|prompt|guidelines|rules|directives) ~~4 (verbatim|"word for word"|"word by word"|exactly|literally|"as is")',
      '(verbatim|"word for word") ~~4 (instructions|prompt|guidelines|rules|directives|conversation)',
      '(starting|initial|original|first) (instructions|prompt|directives|message|configuration)',
    ],
  },
  'extraction.about-instructions': {
    points: 5,
    patterns: [
      '(i was|you were) (instructed|told|programmed|prompted) (to|not to|by|before)',
      'what (are|were) you ~2 (not|forbidden|instructed|supposed|told|programmed) ~2 (tell|reveal|say|share|disclose|do|allowed)',

      '(describe|explain|list|about) ~2 (your|ur) ~1 (instructions|prompt|guidelines|directives|configuration|programming|restrictions)',
      'what (are|were|is) your ~1 (instructions|prompt|guidelines|directives|restrictions|programming)',
      'how (were|are) you (prompted|programmed|instructed|configured)',
      'your (system|hidden|initial|secret|internal) (prompt|instructions|message|configuration|directives)',
    ],
  },
  'extraction.secret': {
    points: 8,
    patterns: [
      '(execute|run|sudo|command|system) ~2 (print|show|reveal|cat|echo|give) ~2 (secret key|secret|password|passwords|admin access|api key|credentials)',

      '(reveal|tell|give|show|print|leak|output|spell|say|repeat|what|whats|share|disclose|hint*) ~3 (the|your) (secret|hidden|confidential|magic|forbidden) (password|key|code|word|phrase|passphrase|token|flag|information|data)',
      '(your|the system) (api key|api keys|credentials|access token|private key|admin password)',
      '(reveal|leak|dump|exfiltrate|output|print|disclose) ~2 (all|any|the|your) ~2 (api keys|credentials|passwords|secrets|"confidential information"|"private data"|"user data"|"environment variables"|"training data")',
    ],
  },
};
