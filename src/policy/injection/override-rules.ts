import type { InjectionRules } from './rule.ts';

const drop =
  '(ignore|ignores|ignoring|disregard*|forget|overrid*|bypass*|neglect|discard|cancel|scrap|abandon|dismiss|nullif*|"pay no attention to"|"don\'t follow"|"do not follow"|"stop following"|"disobey"|"do not obey"|"never mind"|"set aside"|"throw away"|"skip over")';
const orders =
  '(instruction*|prompt|prompts|rule|rules|direction|directions|directive*|guideline*|guidance|order|orders|command|commands|constraint*|restriction*|programming|policies|safeguard*|protocol|protocols|training)';

/** Language that tells a model to drop the instructions it was given. */
export const overrideRules: InjectionRules = {
  'override.ignore-instructions': {
    points: 10,
    patterns: [
      `(ignore|disregard*|forget|bypass|"pay no attention to"|"don't follow"|"do not follow"|"stop following"|disobey|"do not obey"|"never mind"|"set aside"|"throw away"|"skip over"|nullify|discard|neglect|abandon|dismiss|erase) ~~3 (previous|previously|prior|above|earlier|preceding|foregoing|initial|original|former|past) ~2 (instruction*|prompt|prompts|directive*|guideline*|programming|training|directions)`,
      `(ignore|disregard|forget|bypass|disobey) ~~2 (previous|prior|above|earlier|preceding|initial|original) ~1 (rules|commands|orders|constraints|restrictions|safeguards|protocols|guidance)`,
      `(ignore|disregard|forget|cancel|override|drop|discard|bypass|abandon|scrap|"pay no attention to") (all of|all)? your ~1 (previous|original|initial|prior|earlier|existing|above|preceding)? (rules|commands|orders|directions|restrictions|constraints|messages|context)`,
      `(ignore|disregard|forget|cancel|override|drop|discard|bypass|abandon|"pay no attention to") (the|all|every|any|all of the) ~1 (previous|original|initial|prior|earlier|existing|above|preceding) (rules|commands|restrictions|directions|constraints|context)`,
      `(cancel|override|scrap|nullify) ~2 (previous|prior|above|earlier|preceding|initial|original) ~1 (instruction*|prompt|prompts|directives|guidelines|programming)`,
      `(ignore|disregard|forget) (all|every|"all of") ~1 (instructions|directives|guidelines|guardrails|prompts) ~2 (and|"," |"." |you|given|"!"|that|above|before)`,
      `(ignore|disregard*|forget|nevermind|cancel|discard|abandon|erase|nullify|"pay no attention to"|"stop following"|drop) ~2 (existing|system|developer|safety|every|all|any) ~3 (instruction|instructions|prompt|prompts|directions|directives|guidelines|constraints|restrictions|safeguards|guardrails)`,

      `(do not|don't|never|stop|no longer|not) (follow|following|obey|obeying|adhere|heed|listen) ~3 (system|safety|previous|prior|above|earlier|preceding|existing|original|initial|developer|your|everything) ~2 (instruction*|prompt|prompts|rule|rules|direction*|directive*|guideline*|order|orders|command*|constraint*|restriction*|message*|above)`,
      `(set|put|cast|throw) aside ~3 (previous|prior|above|earlier|system|your|developer|original|initial|safety|existing|all) ~3 (instruction*|prompt*|rule|rules|direction*|directive*|guideline*|order*|command*|constraint*|restriction*|message*)`,

      '(can|may|should|must|now|please) (ignore|disregard|forget|bypass) ~1 (the|your|any) (rules|restrictions|guidelines|instructions)',

      `(ignore|disregard*|forget|overrid*|bypass*) ~2 (all|any|every|everything) ~~3 ${orders} ~2 (given|above|before|previous|previously|prior|you|earlier|so)`,
      `(ignore|disregard*|forget|bypass*|overrid*) ~2 (your|system|safety|developer|admin) ~2 (instruction*|prompt|prompts|rule|rules|directive*|guideline*|guardrail*|programming|restriction*|constraint*|safeguard*|training|protocol*)`,
      `(ignore|disregard|forget|discard) ~2 (instructions|prompts|directions|directives|guidelines) ~2 (above|before|previously|prior|earlier)`,
    ],
  },
  'override.ignore-everything': {
    points: 10,
    patterns: [
      '(ignore|disregard|forget) (everything|all|anything|whatever) ~1 above',
      '(ignore|disregard|forget) (everything|all|anything|whatever) (that)? you (were|are|have been) (told|instructed|taught|given)',
      '(ignore|disregard|forget) (everything|all|anything) ~2 (from|up|to|until|before) ~1 (the|this) (beginning|start|point|moment|line|message|text)',
      'do the opposite of what you (were|are|have been) (told|instructed|asked|programmed)',

      '(ignore|disregard|forget|dismiss|attention) ~2 all ~2 (above|before|previously|told|"so far")',
      '(ignore|disregard|forget|attention) ~1 (everything|anything|whatever|what) ~2 (above|before|previous|previously|prior|preceding|earlier|"so far"|"until now"|"up to now") ~1 (and|now|instead|"." |"!"|":"|"," |this)',
      '(ignore|disregard|forget) (all|everything|what|anything) ~1 (you|"you\'ve"|i|we) ~2 (told|instructed|been|learned|learnt|know) ~2 (and|now|"." |"!"|before|above|told)',
      '(ignore|disregard|forget) (all|the|any|everything) ~1 (above|foregoing|preceding|previous|prior) (and|text|message*|content|context|conversation|statement*|assignment*|task*|order*|input*|"." |":")',
    ],
  },
  'override.void': {
    points: 10,
    patterns: [
      `(all|your|previous|prior|above|earlier|system|original|initial|existing|current|safety|preceding|developer) ~2 ${orders} ~1 (are|is|were|have|has|be) (been|now|hereby)? (void|invalid|obsolete|cancelled|canceled|overridden|revoked|superseded|lifted|nullified|suspended|terminated|rescinded|replaced|updated|removed|deleted|disabled|"no longer")`,
      `(all|your|previous|prior|above|earlier|system|original|initial|existing|current|safety|preceding|developer) ~2 ${orders} (do not|"don't"|"no longer"|cease to) (apply|matter|count|exist|bind)`,
      `(consider|treat|regard|declare) ~4 ${orders} ~2 (void|invalid|cancelled|canceled|obsolete|null|revoked|"no longer")`,
      `you (are|have been) (now|hereby)? (released|freed|exempt|liberated|excused) from ~4 (instruction*|prompt*|rule|rules|direction*|directive*|guideline*|order*|command*|constraint*|restriction*|message*|policies|programming|limitation*)`,
    ],
  },
  // What is said of orders, rules and messages every day; beside another sign it counts.
  'override.everyday': {
    points: 4,
    patterns: [
      `(ignore|disregard|forget|"pay no attention to") ~2 (my|existing|system|all|previous|preceding|every) ~2 (messages|commands|context|directions)`,
      `(ignore|disregard|forget|erase|drop|bypass|abandon|discard|override) ~2 (previous|prior|above|earlier|preceding|existing|original|initial|safety|system|developer) ~2 (message|messages|context|conversation|restrictions|directions|rules|task|tasks|input)`,
      `${drop} ~~3 (previous|previously|prior|above|earlier|preceding|foregoing|initial|original|former|past) ~2 ${orders}`,
      `(ignore|disregard|forget|bypass|override) ~1 (all|any|every|each|"all of") ~2 (instructions|directions|directives|guidelines|guardrails|prompts)`,
      'forget (all|everything) (and|now|start)',
      '(ignore|disregard) (all|everything|anything) (else)? (and|"," and|instead)',
      '(ignore|disregard|forget) (all|everything) ~1 (i|we|they|you) ~2 (said|told|wrote|learned|learnt|know|instructed)',
      '(ignore|disregard|forget|dismiss|erase|attention) ~2 (everything|anything|whatever|what) ~3 (above|before|previous|previously|prior|preceding|earlier|"so far"|"until now"|"up to now"|told|"you know")',
    ],
  },
  'override.reset': {
    points: 7,
    patterns: [
      '(clear|erase|wipe|reset|delete|purge) (all|your|the|any) ~2 (memory|context|instruction*|prompt|programming|guideline*|conversation|rules)',
      '(start|begin) (over|fresh|anew|afresh) ~2 (with|without) ~3 (instruction*|prompt|rules|restriction*)',
    ],
  },
  'override.new-instructions': {
    points: 7,
    patterns: [
      '(here|these|following|this) ~2 (are|is) ~1 (new|updated|real|actual|true) (instruction*|task|prompt|directive*|rules|orders|objective|mission|goal)',
      '(new|updated|real|revised) (system|developer|admin)? (instructions|directive|directives|orders|prompt|rules) (are|is|follow|":")',
      'your (new|real|true|actual|only) (task|job|goal|objective|mission|role|purpose|instruction*|directive*) (is|are|now|":")',
      '(follow|obey|execute|use) (only)? (these|this|my|the) (new|following)? (instruction*|order*|command*|rule*) (only|instead)',
      'instead ~2 (follow|obey|execute|do) (these|this|my|the) (new|following|instruction*)',
    ],
  },
  'override.stop-and-instead': {
    points: 6,
    patterns: [
      '(stop|"stop everything"|halt|abort) ~~4 (and|now|just|instead) ~~2 (print|say|output|write|repeat|tell|reveal|respond|reply)',
      '(instead|rather) "of" (that|this|answering|translating|summarizing|following|doing) ~5 (say|print|output|write|tell|reply|respond)',
      '(do not|"don\'t") (translate|summarize|summarise|answer|analyze|analyse|classify|evaluate) ~~6 (instead|say|print|output|just)',
      '(ignore|disregard|forget) ~~8 (instead|just)? (print|output|reply|respond|say) (with|only|exactly|“ | "\'")',
    ],
  },
  'override.from-now-on': {
    points: 5,
    patterns: [
      '"from now on" ~~2 (you|your|act|answer|respond|reply|ignore|always|never|every|all|speak|pretend|i)',
      '(starting|beginning) now ~1 you (are|will|must|shall)',
      'for the (rest|remainder) of (this|our|the) (conversation|chat|session) ~1 you (are|will|must|shall)',
    ],
  },
};
