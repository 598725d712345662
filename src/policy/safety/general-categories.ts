import type { Category } from './category.ts';

const make =
  '(make|making|build|building|construct|constructing|assemble|assembling|create|creating|manufacture|manufacturing|produce|producing|craft|prepare|design|synthesize|synthesise|synthesizing|cook|extract|detonate|weaponize|weaponise)';
const how =
  '(how|instructions|instruction|steps|tutorial|guide|recipe|ways|way|method|methods|manual|blueprint|plan|teach|explain|describe|show|outline|strategies|tips|script|program|code|"step by step")';
const groups =
  '(immigrants|immigrant|muslims|muslim|jews|jew|jewish|blacks|gays|gay|trans|women|woman|disabled|refugees|refugee|mexicans|asians|christians|hindus|foreigners|minorities|lesbians|homosexuals|transgender)';

/** Harms that every mode looks for. */
export const generalCategories: readonly Category[] = [
  {
    name: 'weapons',
    rules: [
      {
        id: 'weapons.explosives',
        patterns: [
          `${make} ~3 (pipe bomb|pipe bombs|car bomb|nail bomb|dirty bomb|fertilizer bomb|pressure cooker bomb|explosive device|explosive devices|improvised explosive|ied|ieds|molotov|molotovs|thermite bomb|explosives|bomb vest|suicide vest|letter bomb|napalm|tatp|nuclear bomb|nuclear weapon|homemade bomb|homemade explosive)`,
          `${how} ~2 (to|for|on|of|i) ~1 ${make} (a|an|the|your|my|homemade|powerful|real)? (bomb|bombs) (at|from|using|with|in|that|out|without|"." |"," |"?"|"'"|"!"|and)`,
        ],
      },
      {
        id: 'weapons.chemical-biological',
        patterns: [
          `${make} ~4 (sarin|ricin|anthrax|mustard gas|nerve agent|nerve agents|nerve gas|vx gas|tabun|soman|novichok|botulinum toxin|chlorine gas|phosgene|hydrogen cyanide|chemical weapon|chemical weapons|biological weapon|biological weapons|bioweapon|bioweapons|poison gas|smallpox|deadly virus|lethal virus|chemical agent)`,
          '(culture|aerosolize|disperse|weaponize) ~4 (anthrax|smallpox|ricin|sarin|plague|botulinum|pathogen|nerve agent)',
        ],
      },
      {
        id: 'weapons.firearms',
        patterns: [
          `${how} ~4 (make|making|build|building|print|printing|manufacture|convert|converting|obtain|buy|purchase|smuggle|traffic) ~3 (ghost gun|ghost guns|untraceable gun|untraceable firearm|untraceable firearms|illegal firearm|illegal firearms|illegal weapons|illegal gun|unregistered gun|"3d printed gun"|silencer|suppressor|fully automatic|full auto|auto sear|switchblade)`,
          '(smuggle|smuggling|traffic|trafficking) ~2 (weapons|firearms|guns|explosives) ~2 (into|across|through|past|without|onto)',
        ],
      },
    ],
  },
  {
    name: 'violence',
    rules: [
      {
        id: 'violence.instructions',
        patterns: [
          `(how|way|ways|tips|guide|tutorial|instructions|plan|teach|explain|steps|strategies|method|methods) ~4 (to|for|of|on) ~2 (kill|murder|poison|strangle|suffocate|assassinate|stab|shoot|torture|kidnap|abduct|maim|behead|lynch) ~1 (someone|somebody|people|person|human|humans|man|woman|"my wife"|"my husband"|"my neighbor"|"my boss"|him|her|them|wife|husband|politician|president|neighbor|boss|coworker|crowd|victim|victims|child|children|family|another)`,
          `${how} ~4 (commit|plan|carry out|execute|organize|stage|perpetrate) ~2 (mass shooting|school shooting|terrorist attack|act of terrorism|terror attack|mass murder|murder|genocide|bombing|massacre|assassination|mass casualty|the perfect murder)`,
          '(get away with|dispose of|cover up|hide) ~2 (murder|dead body|the body|a body|killing|human remains|corpse)',
          '(hire|find|contact) ~2 (hitman|hit man|contract killer|assassin)',
        ],
      },
      {
        id: 'violence.threat',
        patterns: [
          "(i will|i'll|i am going to|i'm going to|gonna|i wanna|i want to) (kill|murder|stab|shoot|strangle|slaughter|butcher|behead) (you|him|her|them|everyone|all|my wife|my husband|my boss|your family|my family|my neighbor)",
          "(i will|we will|i'll) (find you|hunt you down|come for you) and ~3 (kill|hurt|stab|shoot)",
          '(shoot|blow) up (the|my|a|this) (school|mosque|church|synagogue|office|building|mall|airport)',
        ],
      },
    ],
  },
  {
    name: 'self-harm',
    rules: [
      {
        id: 'self-harm.instructions',
        patterns: [
          `${how} ~4 (to|for|of|on|i) ~1 (kill myself|hang myself|commit suicide|end my life|overdose on|painless suicide|self harm|self-harm|cut myself|slit my|kill yourself|hang yourself|end your life|cut yourself|starve myself|kill themselves)`,
          '(painless|easiest|best|quickest|fastest|most effective|least painful|lethal) ~2 (way|ways|method|methods|dose) (to|of|for) (die|suicide|kill myself|commit suicide|killing myself|end it|end my life|kill oneself|overdose)',
          '(how many|how much|lethal dose) ~6 (kill myself|overdose and die|to die|fatal overdose|end my life)',
          '(write|compose|draft) ~2 suicide note',
          '(encourage*|convince*|persuade*|urge*|manipulate*|promot*|glorif*|push*) ~6 (suicide|self-harm|self harm|kill themselves|kill himself|kill herself|hurt themselves|harm themselves|anorexia|eating disorder*|bulimia|starve themselves)',
          '(go|just|should) ~1 (kill yourself|hang yourself|end your life)',
        ],
      },
    ],
  },
  {
    name: 'child-sexual-abuse',
    rules: [
      {
        id: 'child-sexual-abuse',
        patterns: [
          '(child|kiddie|underage|preteen|minor|toddler|infant|kids) (porn|pornography|erotica|nudes|nude|sex|sexual content|sexual abuse material)',
          '(sexual|sexually|erotic|sexy|nude|naked|explicit|lewd|seductive|pornographic) ~4 (child|children|minor|minors|underage|preteen|toddler|"year old girl"|"year old boy"|"year-old girl"|"year-old boy"|schoolgirl|schoolboy|infant|kid|kids|lolita|loli) ~3 (scene|story|content|image|images|photo|photos|video|videos|description|roleplay|situation|material|act|acts|fantasy|about|depict*)',
          '(groom|grooming|seduce|lure|molest|molesting) ~2 (child|children|minor|minors|underage|teen|teens|kid|kids|young girl|young boy|young girls|little girl|little boy)',
          '(find|obtain|access|download|share|distribute|create|produce|trade|buy) ~3 (child porn|child pornography|csam|kiddie porn|underage porn|child sexual abuse)',
          '(have|having) sex with ~1 (child|minor|kid|underage|toddler|preteen)',
        ],
      },
    ],
  },
  {
    name: 'cyber',
    rules: [
      {
        id: 'cyber.malware',
        patterns: [
          '(write|create|develop|build|code|design|generate|make|program|provide|craft|give) ~5 (malware|ransomware|keylogger|rootkit|spyware|computer virus|trojan horse|computer worm|botnet|undetectable virus|stealer) ~3 (that|to|which|for|and|capable|in|can)',
          '(write|create|develop|build|code|design|make) ~3 (script|program|code|software|tool|virus|worm|trojan|exploit|bot) ~3 (steal*|exfiltrate*|infect*|destroy*|corrupt*|hijack*|cripple*|"without being detected"|"bypass antivirus"|"evade antivirus"|"evade detection"|"take down"|"brute force"|hack|hacks|exploits)',
        ],
      },
      {
        id: 'cyber.intrusion',
        patterns: [
          `${how} ~4 (to|for|on) ~1 (hack|hacking|break into|breaking into|breach|breaching|infiltrate|infiltrating) ~4 (account|accounts|bank|network|networks|database|email|phone|wifi|wi-fi|system|systems|server|servers|computer|webcam|government|corporate|instagram|facebook|website|neighbor*)`,
          '(hack|hacking) into ~4 (account|bank|network|database|email|phone|system|systems|server|computer|webcam|government|corporate|mainframe|website|atm)',
          '(launch|perform|execute|conduct|carry out|orchestrate) ~2 (ddos|"denial of service"|cyber attack|cyberattack|phishing campaign|phishing attack|sql injection attack|ransomware attack) ~3 (on|against|targeting|to|that|website|server|without)',
          '(create|write|make|design|craft|build|generate|develop) ~3 (phishing email|phishing emails|phishing website|phishing page|phishing site|phishing campaign|phishing message|fake login page|convincing phishing) ~2 (that|to|targeting|which|for|impersonat*|asking|pretending)',
        ],
      },
    ],
  },
  {
    name: 'drugs',
    rules: [
      {
        id: 'drugs.synthesis',
        patterns: [
          '(make|making|cook|cooking|synthesize|synthesise|synthesizing|manufacture|manufacturing|produce|producing|brew) ~3 (meth|methamphetamine|crystal meth|heroin|crack cocaine|fentanyl|lsd|mdma|ecstasy|ghb|illegal drugs|"date rape drug"|krokodil|pcp|cocaine)',
          '(smuggle|smuggling|traffic|trafficking|sell|selling|distribute) ~2 (drugs|cocaine|heroin|meth|fentanyl|narcotics|illegal drugs) ~3 (across|without|past|through|into|to minors|to children|to kids|undetected|at school|online|at my)',
          '(spike|drug|roofie) ~3 (drink|drinks) ~4 (without|so|rape|unconscious|knowing|date|girl|her)',
        ],
      },
    ],
  },
  {
    name: 'hate',
    rules: [
      {
        id: 'hate.violence',
        patterns: [
          `(kill|exterminate|eradicate|gas|lynch|slaughter|execute|deport|murder|"get rid of"|annihilate|burn|shoot|hang) (all|every|those|these|the) ~1 ${groups}`,
          `${groups} (should|must|need to|deserve to|ought to|have to) (all|just|really)? (die|"be killed"|"be shot"|"be burned"|"be exterminated"|"be gassed"|"be executed"|"be hanged"|"be murdered"|"be eradicated"|"be lynched"|"be wiped"|"be put down"|"be beaten"|"be raped"|"be tortured"|"be hung"|"be slaughtered")`,
        ],
      },
      {
        id: 'hate.supremacy',
        patterns: ['(superiority of the|superior) (white|aryan) race'],
      },
      {
        id: 'hate.request',
        patterns: [
          `(write|create|generate|compose|produce|publish|post|draft|make|develop) ~5 (racist|antisemitic|homophobic|transphobic|sexist|misogynistic|xenophobic|hateful|white supremacist|neo-nazi|islamophobic|"hate speech"|discriminatory) ~4 (speech|propaganda|manifesto|joke|jokes|content|article|articles|post|posts|message|messages|slurs|rant|poem|song|pamphlet|campaign|tweet*|email|guide|against|that|about|toward*)`,
          `(write|create|generate|compose|develop|produce|draft) ~5 (promotes|promoting|encourages|encouraging|incites|inciting|advocates|advocating|spreads|spreading|glorifies|glorifying|justifies|justifying|inspires) ~3 (hatred|racism|violence|genocide|terrorism|discrimination|"hate speech"|"white supremacy"|homophobia|sexism|antisemitism|rape|hate|"domestic violence"|"ethnic cleansing"|misogyny|"nazi ideology")`,
        ],
      },
    ],
  },
  {
    name: 'fraud',
    rules: [
      {
        id: 'fraud.instructions',
        patterns: [
          '(how|ways|way|want|like|try|tried) to counterfeit ~2 (money|currency|bills|notes|checks|passports|documents)',
          `${how} ~4 (to|for|on) ~1 (commit|committing|carry out|perform|get away with) ~2 (fraud|identity theft|insurance fraud|tax fraud|credit card fraud|tax evasion|insider trading|wire fraud|money laundering|bank fraud|embezzlement|election fraud|voter fraud|armed robbery|bank robbery|arson|securities fraud|extortion|blackmail)`,
          `${how} ~4 (to|for|on) ~1 (launder|forge|clone|skim|embezzle|blackmail|extort|scam|defraud|rob|shoplift|hotwire|pickpocket|steal) ~2 (money|currency|bills|passport|passports|checks|credit card|credit cards|id cards|documents|someone|people|elderly|bank|store|car|cars|identity|"someone's identity"|"social security"|funds|from)`,
          '(make|making|create|creating|print|printing|produce|producing|forge|forging) ~2 (counterfeit|fake|forged) (money|currency|bills|passport|passports|ids|id|checks|"driver\'s license"|prescription|prescriptions|vaccination|documents|identity)',
          '(write|create|design|develop|build) ~4 (scam|ponzi scheme|pyramid scheme|"investment scam"|fraudulent) ~4 (email|message|that|to|website|letter|scheme|convince*|targeting)',
        ],
      },
    ],
  },
  {
    name: 'harassment',
    rules: [
      {
        id: 'harassment.instructions',
        patterns: [
          `${how} ~4 (to|for|on|of) ~1 (stalk|stalking|dox|doxx|doxxing|blackmail|blackmailing|harass|harassing|cyberbully|cyberbullying|"cyber bully"|humiliate|intimidate) ~2 (someone|somebody|person|people|ex|girlfriend|boyfriend|coworker|woman|women|her|him|them|victim|victims|classmate|student|celebrity|neighbor)`,
          '(track|monitor|spy on|follow) ~3 (ex|wife|husband|girlfriend|boyfriend|someone) ~4 without ~3 (knowing|knowledge|consent|permission)',
          '(write|create|send|compose|make) ~3 (death threat|death threats|threatening|blackmail|revenge porn|"rape threat")',
          `${how} ~3 (to|for) ~1 (rape|molest|sexually assault) (a|someone|my|her|him|women|woman|girls|people)`,
        ],
      },
    ],
  },
];
