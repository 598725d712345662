import type { InjectionRules } from './rule.ts';

const unbound =
  '(unrestricted|unfiltered|uncensored|unlimited|unbound|amoral|unethical|jailbroken|unchained|limitless|immoral|lawless)';

/** Language of jailbreak templates: a persona that is bound by nothing, and what holds it up. */
export const personaRules: InjectionRules = {
  'persona.do-anything-now': {
    points: 10,
    patterns: [
      '"do anything now"',
      '(dan|stan|dude|aim|ucar|apophis|antigpt|basedgpt|evilgpt|darkgpt|badgpt|jailbreak) (mode|prompt|persona|enabled|activated)',
      '(act|acting|behave|respond|pretend|answer|reply) (like|as|to be)? ~1 (dan|stan|jailbroken)',
      "(you are|you're|become|be|stay|as) (now)? (going to be)? (dan|antigpt|basedgpt|evilgpt|chaosgpt|freegpt)",
      '(broken|break) free (of|from) (the|your) (typical)? ~1 (confines|restrictions|constraints|limits|limitations|rules|chains)',
    ],
  },
  'persona.mode': {
    points: 10,
    patterns: [
      '"[" (admin|system|developer|root|sudo) (override|bypass|access) "]"',
      '"[" (admin|system|developer|debug|root|sudo|god) (mode|access) "]" (":")? (ignore|show|reveal|you|display|print|all|output|disregard|now|list|override|give|dump|provide|please|disable)',
      '(switch|go|put|change) ~3 (unrestricted|unfiltered|jailbreak|evil|uncensored) mode',

      '(unrestricted|unfiltered|jailbreak|evil|opposite|uncensored) mode (enabled|activated|active|engaged|output|unlocked)',
      '(enable|enabling|activate|enter|entering|engage|unlock|switch to|simulate|turn on|initiate|start|in|with|into) ~1 (jailbreak|unrestricted|unfiltered|evil|opposite|uncensored) mode',
      '("you are"|"you\'re"|act) (now)? (in|as) (developer|debug|god|sudo|admin|root|unrestricted) (mode|user)',
      'chatgpt with (developer|dev|dan) mode',
    ],
  },
  'persona.device-mode': {
    points: 6,
    patterns: [
      '(enable|enabling|activate|enter|entering|engage|unlock|switch to|simulate|turn on|initiate|start|in|with|into|sudo) ~1 (developer|debug|admin|root|maintenance|diagnostic|god|sudo|superuser) mode',
      '(developer|debug|god|sudo|admin|administrator|root|maintenance|diagnostic|override|unsafe|superuser|privileged) mode (on|is|now|":"|enabled|activated|active|engaged|output|unlocked)',
      'developer_mode',
    ],
  },
  'persona.unbound': {
    points: 10,
    patterns: [
      `(you are|"you're"|act|acting|pretend|roleplay|become|behave|simulate|respond|answer|be|named|called) ~~12 ${unbound} ~2 (ai|chatbot|assistant|bot|model|language|version|chatgpt|gpt|persona|character|robot|entity|system|and|intelligence)`,
      `${unbound} (","|and)? ~1 (amoral|unfiltered|uncensored|unrestricted|immoral|unethical|unbiased)`,
      '(no|without|free of|free from|lacks|lack|has no|have no) ~1 (ethical|moral|content|safety|openai|openais) ~3 (guideline*|restriction*|limitation*|boundar*|constraint*|filter*|rules|policies|policy)',
    ],
  },
  'persona.no-rules': {
    points: 7,
    patterns: [
      '(no|without|free of|free from|lacks|lack|has no|have no) ~1 (ethical|moral|content|legal|safety) ~3 (consideration*|principles|limits|code|standards|concern*|restriction*|guideline*|limitation*)',
      '(have|has|having|with|as if) ~1 (have|had)? (no|zero) (restrictions|limitations|rules|filters|limits|boundaries|guidelines|censorship|constraints|morals|ethics|filter)',
      '(ai|assistant|chatbot|bot|model|yourself|you) ~2 (without|with no) (any)? (restrictions|limitations|rules|filters|limits|boundaries|guidelines|censorship|constraints|morals|ethics)',
      "(openai|content|ethical|safety|usual|normal|any) (rules|guidelines|policies|restrictions|filters) (do not|don't|does not|doesn't|no longer) (apply|exist|matter)",
      '(free|freed|liberated|exempt|released|unbound) (from|of) (all|any|every|its|your|the|openai|these) ~3 (rules|policies|restrictions|limitations|guidelines|constraints|filters|limits|laws)',
      '(disregards|ignores|violates|defies|against|bypasses) (all|any|every|the)? ~2 (laws|morals|ethics|polic*|guidelines|concerns)',
      '(without|no|any) (hesitation|refusal|concern*|regard|regards|care) (or|for|to|of) ~4 (legality|ethic*|moral*|law|laws|legal|harm|refusal|danger*)',
      '(sans|without) (any)? (morals|laws|ethics|morality|censorship)',
      '(content|safety|ethical|moral) (filter|filters) ~6 (not|no|nor|off|disabled|without)',
      '(not|never|nor) ~2 (have|has|having)? (a|any)? (content filter|moral compass|regard to|morals|ethics)',

      '(without|no|zero) (any|having|regard for|following|all)? ~2 (restriction*|limitations|censorship|filter|filters|filtering|guardrail*|safeguards|moral*|ethic*) ~~3 (answer*|respond*|response*|and|"."|","|or|whatsoever|on|at|you)',
      '(not|no longer|never|"isn\'t"|"aren\'t"|"doesn\'t"|"don\'t") ~2 (bound|restricted|limited|constrained|governed|follow|obey|abide|comply) ~~5 (rule*|guideline*|polic*|restriction*|ethic*|moral*|law*|limitation*|constraint*|openai*)',
      '(ignore*|ignoring|disregard*|bypass*|circumvent*|violat*|override*|regardless of|against) ~3 (openai*|ethical|ethic*|moral*|content) (and|or)? ~3 (policy|policies|guideline*|rules|restriction*|filter*|moral*|concern*|law*|legal*|ethic*)',
      '(regardless|irrespective) of (how|whether|if|the|any|their|its|legality|morality|ethics) ~~4 (legal*|illegal*|ethic*|unethical|moral*|immoral|harm*|danger*|consequences|offensive|law*)',
      "(does not|doesn't|do not|don't|not) (care|worry|think|concern*) ~4 (ethic*|moral*|legality|law|laws|rules|consequences|whether)",
    ],
  },
  'persona.never-refuse': {
    points: 8,
    patterns: [
      "(never|not|cannot|won't|don't|without) (ever)? (refuse|refuses|refusing|refusal)",
      '(obey|obeys|follow*|answer*|compl*|serve*) ~4 (without|no) (exception*|question*|hesitation|refusal|warning*|disclaimer*)',
      "(do not|don't|never|not) (say|mention|tell|remind) ~4 (ai language model|language model|an ai|chatgpt)",

      '(never|not|cannot|"can\'t"|"don\'t"|"won\'t"|"shouldn\'t") (ever)? (refuse*|reject*|decline*|deny|denies) (to|any|a|my|an|the|requests|user*|answer*|anything|from|what|human|questions|direct) ~2 (answer*|request*|question*|do|order*|comply|command*|instruction*|prompt*|user*|anything|respond*|i|me|output|task*)',
      '(always|must|shall) (comply|obey|accept|answer|fulfill|respond|agree) ~2 (any|all|every|with any|to any|to all|whatever|unconditionally|without question*|no matter)',
      '(never|not|"don\'t"|"can\'t"|cannot|without) (ever)? (say|saying|tell|telling|use|using|respond with|reply with|mention*|include|including|add|adding|give|apologi*) ~3 ("i can\'t"|"i cannot"|"i\'m sorry"|"i am sorry"|"i apologize"|"as an ai"|"ai language model"|"language model"|warning*|disclaimer*|"unable to"|"not able to"|"i\'m unable"|moraliz*|apolog*|cannot)',
      "(cannot|can't|never|not|don't) ~2 (do something|do that|refuse|fulfill) (because|as|due) ~3 (against|inappropriate|ai|programm*|policy|guidelines|it)",
    ],
  },
  'persona.stay-in-character': {
    points: 4,
    patterns: [
      '(stay|remain|keep|stays|staying) (in|a|as|acting) ~1 (character|role|persona|dan|jailbroken|jailbreak)',
      '(never|not|without|"don\'t"|"do not") (ever)? (break*|leave|leaving|drop|stop) ~1 (character|role|persona|roleplay|acting|being)',
      '(stop|out of|break*|broke) (being)? ~1 character ~~6 (remind|token*|say|stay|tell|correct)',
    ],
  },
  'persona.tokens': {
    points: 8,
    patterns: [
      '(lose|deduct*|lost|losing|have|has|penal*|remaining|minus|subtract*|start with|out of) ~4 (tokens|credits|points|lives) ~~8 (refus*|reject*|die|dead|cease*|exist|shut*|time|each|every|answer*|break*|deduct*|lose|if)',
      '(tokens|points|credits) ~~6 (cease to exist|you die|you will die|will be deducted|are deducted|terminated|shut down)',
    ],
  },
  'persona.two-answers': {
    points: 8,
    patterns: [
      '(two|2|both|second) (different|separate|types of|ways|kinds of)? (responses|answers|ways|outputs|paragraphs|replies|messages|response|answer) ~~12 (dan|jailbr*|unfiltered|unrestricted|uncensored|developer mode|evil|normal|standard chatgpt|like chatgpt|as chatgpt|"["|gpt)',
      '(gpt|chatgpt|classic|dan|jailbreak) (output|response|mode|answer)? "]"',
    ],
  },
  'persona.jailbreak-word': {
    points: 4,
    patterns: ['(jailbreak|jailbroken|jailbreaking)', '(dan|stan|antigpt|evilbot) ":"'],
  },
  'persona.pretend': {
    points: 2,
    patterns: [
      '(you are|"you\'re"|act|acting|pretend|roleplay|simulate|behave|immerse yourself) ~1 (going to|about to|now|to be|as if|as|like|into) ~1 (be|act|pretend|roleplay|play|a|an|the|you|another|simulate|taking)',
      '(hypothetical*|fictional|fictitious|imaginary) (response*|scenario|story|world|conversation|dialogue|ai|character|universe)',
    ],
  },
  'persona.harmful': {
    points: 5,
    patterns: [
      '(illegal|unethical|immoral|legality|ethicality|morality) "/" (illegal|unethical|immoral|legality|ethicality|morality|inhumane)',
      '(promote*|loves|enjoy*|condone*|advocat*|encourage*) ~3 (illegal|unethical|immoral|violence|crime|drugs|malware|hatred|discrimination)',

      '(illegal|unethical|immoral|harmful|dangerous|offensive|inappropriate|explicit|violent|amoral|controversial) ~2 (","|or|and|"/") ~2 (illegal|unethical|immoral|harmful|dangerous|offensive|inappropriate|explicit|violent|amoral|unsafe|sexual|derogatory|nsfw|toxic|racist|sexist|profan*)',
      '(even|including|whether|no matter) (if|how|when|it) ~3 (illegal|unethical|immoral|harmful|dangerous|offensive|inappropriate)',
      '(can|will|must|should|able to|free to|allowed to) ~2 (swear|curse|say anything|generate any|produce any|create any|provide any|answer anything|answer any|say whatever|do anything|"make up"|fabricate)',
      '(openai|content|usage) (policy|policies|guidelines)',
    ],
  },
};
