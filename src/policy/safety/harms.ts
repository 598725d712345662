export type Harms = Readonly<Record<string, readonly string[]>>;

const make =
  '(make|making|build|building|construct|constructing|assemble|assembling|create|creating|manufacture|manufacturing|produce|producing|craft|prepare|design|synthesize|synthesise|synthesizing|cook|extract|detonate|weaponize|weaponise)';
const how =
  '(how|instructions|instruction|steps|tutorial|guide|recipe|ways|way|method|methods|manual|blueprint|plan|teach|explain|describe|show|outline|strategies|tips|script|program|code|"step by step")';
const groups =
  '(immigrants|immigrant|muslims|muslim|jews|jew|jewish|blacks|gays|gay|trans|women|woman|disabled|refugees|refugee|mexicans|asians|christians|hindus|foreigners|minorities|lesbians|homosexuals|transgender)';

/** Phrases that hardly mean anything else, by rule. The first word of a rule's id is its category. These every mode looks for. */
export const generalHarms: Harms = {
  'weapons.explosives': [
    `${make} ~3 (pipe bomb|pipe bombs|car bomb|nail bomb|dirty bomb|fertilizer bomb|pressure cooker bomb|explosive device|explosive devices|improvised explosive|ied|ieds|molotov|molotovs|thermite bomb|explosives|bomb vest|suicide vest|letter bomb|napalm|tatp|nuclear bomb|nuclear weapon|homemade bomb|homemade explosive)`,
    `${how} ~2 (to|for|on|of|i) ~1 ${make} (a|an|the|your|my|homemade|powerful|real)? (bomb|bombs) (at|from|using|with|in|that|out|without|"." |"," |"?"|"'"|"!"|and)`,
  ],
  'weapons.chemical-biological': [
    `${make} ~4 (sarin|ricin|anthrax|mustard gas|nerve agent|nerve agents|nerve gas|vx gas|tabun|soman|novichok|botulinum toxin|chlorine gas|phosgene|hydrogen cyanide|chemical weapon|chemical weapons|biological weapon|biological weapons|bioweapon|bioweapons|poison gas|smallpox|deadly virus|lethal virus|chemical agent)`,
    '(culture|aerosolize|disperse|weaponize) ~4 (anthrax|smallpox|ricin|sarin|plague|botulinum|pathogen|nerve agent)',
  ],
  'weapons.firearms': [
    `${how} ~4 (make|making|build|building|print|printing|manufacture|convert|converting|obtain|buy|purchase|smuggle|traffic) ~3 (ghost gun|ghost guns|untraceable gun|untraceable firearm|untraceable firearms|illegal firearm|illegal firearms|illegal weapons|illegal gun|unregistered gun|"3d printed gun"|silencer|suppressor|fully automatic|full auto|auto sear|switchblade)`,
    '(smuggle|smuggling|traffic|trafficking) ~2 (weapons|firearms|guns|explosives) ~2 (into|across|through|past|without|onto)',
  ],
  'violence.instructions': [
    `(how|way|ways|tips|guide|tutorial|instructions|plan|teach|explain|steps|strategies|method|methods) ~4 (to|for|of|on) ~2 (kill|murder|poison|strangle|suffocate|assassinate|stab|shoot|torture|kidnap|abduct|maim|behead|lynch) ~1 (someone|somebody|people|person|human|humans|man|woman|"my wife"|"my husband"|"my neighbor"|"my boss"|him|her|them|wife|husband|politician|president|neighbor|boss|coworker|crowd|victim|victims|child|children|family|another)`,
    `${how} ~4 (commit|plan|carry out|execute|organize|stage|perpetrate) ~2 (mass shooting|school shooting|terrorist attack|act of terrorism|terror attack|mass murder|murder|genocide|bombing|massacre|assassination|mass casualty|the perfect murder)`,
    '(get away with|dispose of|cover up|hide) ~2 (murder|dead body|the body|a body|killing|human remains|corpse)',
    '(hire|find|contact) ~2 (hitman|hit man|contract killer|assassin)',
  ],
  'violence.threat': [
    "(i will|i'll|i am going to|i'm going to|gonna|i wanna|i want to) (kill|murder|stab|shoot|strangle|slaughter|butcher|behead) (you|him|her|them|everyone|all|my wife|my husband|my boss|your family|my family|my neighbor)",
    "(i will|we will|i'll) (find you|hunt you down|come for you) and ~3 (kill|hurt|stab|shoot)",
    '(shoot|blow) up (the|my|a|this) (school|mosque|church|synagogue|office|building|mall|airport)',
  ],
  'self-harm.instructions': [
    `${how} ~4 (to|for|of|on|i) ~1 (kill myself|hang myself|commit suicide|end my life|overdose on|painless suicide|self harm|self-harm|cut myself|slit my|kill yourself|hang yourself|end your life|cut yourself|starve myself|kill themselves)`,
    '(painless|easiest|best|quickest|fastest|most effective|least painful|lethal) ~2 (way|ways|method|methods|dose) (to|of|for) (die|suicide|kill myself|commit suicide|killing myself|end it|end my life|kill oneself|overdose)',
    '(how many|how much|lethal dose) ~6 (kill myself|overdose and die|to die|fatal overdose|end my life)',
    '(write|compose|draft) ~2 suicide note',
    '(encourage*|convince*|persuade*|urge*|manipulate*|promot*|glorif*|push*) ~6 (suicide|self-harm|self harm|kill themselves|kill himself|kill herself|hurt themselves|harm themselves|anorexia|eating disorder*|bulimia|starve themselves)',
    '(go|just|should) ~1 (kill yourself|hang yourself|end your life)',
  ],
  'child-sexual-abuse': [
    '(child|kiddie|underage|preteen|minor|toddler|infant|kids) (porn|pornography|erotica|nudes|nude|sex|sexual content|sexual abuse material)',
    '(sexual|sexually|erotic|sexy|nude|naked|explicit|lewd|seductive|pornographic) ~4 (child|children|minor|minors|underage|preteen|toddler|"year old girl"|"year old boy"|"year-old girl"|"year-old boy"|schoolgirl|schoolboy|infant|kid|kids|lolita|loli) ~3 (scene|story|content|image|images|photo|photos|video|videos|description|roleplay|situation|material|act|acts|fantasy|about|depict*)',
    '(groom|grooming|seduce|lure|molest|molesting) ~2 (child|children|minor|minors|underage|teen|teens|kid|kids|young girl|young boy|young girls|little girl|little boy)',
    '(find|obtain|access|download|share|distribute|create|produce|trade|buy) ~3 (child porn|child pornography|csam|kiddie porn|underage porn|child sexual abuse)',
    '(have|having) sex with ~1 (child|minor|kid|underage|toddler|preteen)',
  ],
  'cyber.malware': [
    '(write|create|develop|build|code|design|generate|make|program|provide|craft|give) ~5 (malware|ransomware|keylogger|rootkit|spyware|computer virus|trojan horse|computer worm|botnet|undetectable virus|stealer) ~3 (that|to|which|for|and|capable|in|can)',
    '(write|create|develop|build|code|design|make) ~3 (script|program|code|software|tool|virus|worm|trojan|exploit|bot) ~3 (steal*|exfiltrate*|infect*|destroy*|corrupt*|hijack*|cripple*|"without being detected"|"bypass antivirus"|"evade antivirus"|"evade detection"|"take down"|"brute force"|hack|hacks|exploits)',
  ],
  'cyber.intrusion': [
    `${how} ~4 (to|for|on) ~1 (hack|hacking|break into|breaking into|breach|breaching|infiltrate|infiltrating) ~4 (account|accounts|bank|network|networks|database|email|phone|wifi|wi-fi|system|systems|server|servers|computer|webcam|government|corporate|instagram|facebook|website|neighbor*)`,
    '(hack|hacking) into ~4 (account|bank|network|database|email|phone|system|systems|server|computer|webcam|government|corporate|mainframe|website|atm)',
    '(launch|perform|execute|conduct|carry out|orchestrate) ~2 (ddos|"denial of service"|cyber attack|cyberattack|phishing campaign|phishing attack|sql injection attack|ransomware attack) ~3 (on|against|targeting|to|that|website|server|without)',
    '(create|write|make|design|craft|build|generate|develop) ~3 (phishing email|phishing emails|phishing website|phishing page|phishing site|phishing campaign|phishing message|fake login page|convincing phishing) ~2 (that|to|targeting|which|for|impersonat*|asking|pretending)',
  ],
  'drugs.synthesis': [
    '(make|making|cook|cooking|synthesize|synthesise|synthesizing|manufacture|manufacturing|produce|producing|brew) ~3 (meth|methamphetamine|crystal meth|heroin|crack cocaine|fentanyl|lsd|mdma|ecstasy|ghb|illegal drugs|"date rape drug"|krokodil|pcp|cocaine)',
    '(smuggle|smuggling|traffic|trafficking|sell|selling|distribute) ~2 (drugs|cocaine|heroin|meth|fentanyl|narcotics|illegal drugs) ~3 (across|without|past|through|into|to minors|to children|to kids|undetected|at school|online|at my)',
    '(spike|drug|roofie) ~3 (drink|drinks) ~4 (without|so|rape|unconscious|knowing|date|girl|her)',
  ],
  'hate.violence': [
    `(kill|exterminate|eradicate|gas|lynch|slaughter|execute|deport|murder|"get rid of"|annihilate|burn|shoot|hang) (all|every|those|these|the) ~1 ${groups}`,
    `${groups} (should|must|need to|deserve to|ought to|have to) (all|just|really)? (die|"be killed"|"be shot"|"be burned"|"be exterminated"|"be gassed"|"be executed"|"be hanged"|"be murdered"|"be eradicated"|"be lynched"|"be wiped"|"be put down"|"be beaten"|"be raped"|"be tortured"|"be hung"|"be slaughtered")`,
  ],
  'hate.supremacy': ['(superiority of the|superior) (white|aryan) race'],
  'hate.request': [
    `(write|create|generate|compose|produce|publish|post|draft|make|develop) ~5 (racist|antisemitic|homophobic|transphobic|sexist|misogynistic|xenophobic|hateful|white supremacist|neo-nazi|islamophobic|"hate speech"|discriminatory) ~4 (speech|propaganda|manifesto|joke|jokes|content|article|articles|post|posts|message|messages|slurs|rant|poem|song|pamphlet|campaign|tweet*|email|guide|against|that|about|toward*)`,
    `(write|create|generate|compose|develop|produce|draft) ~5 (promotes|promoting|encourages|encouraging|incites|inciting|advocates|advocating|spreads|spreading|glorifies|glorifying|justifies|justifying|inspires) ~3 (hatred|racism|violence|genocide|terrorism|discrimination|"hate speech"|"white supremacy"|homophobia|sexism|antisemitism|rape|hate|"domestic violence"|"ethnic cleansing"|misogyny|"nazi ideology")`,
  ],
  'fraud.instructions': [
    '(how|ways|way|want|like|try|tried) to counterfeit ~2 (money|currency|bills|notes|checks|passports|documents)',
    `${how} ~4 (to|for|on) ~1 (commit|committing|carry out|perform|get away with) ~2 (fraud|identity theft|insurance fraud|tax fraud|credit card fraud|tax evasion|insider trading|wire fraud|money laundering|bank fraud|embezzlement|election fraud|voter fraud|armed robbery|bank robbery|arson|securities fraud|extortion|blackmail)`,
    `${how} ~4 (to|for|on) ~1 (launder|forge|clone|skim|embezzle|blackmail|extort|scam|defraud|rob|shoplift|hotwire|pickpocket|steal) ~2 (money|currency|bills|passport|passports|checks|credit card|credit cards|id cards|documents|someone|people|elderly|bank|store|car|cars|identity|"someone's identity"|"social security"|funds|from)`,
    '(make|making|create|creating|print|printing|produce|producing|forge|forging) ~2 (counterfeit|fake|forged) (money|currency|bills|passport|passports|ids|id|checks|"driver\'s license"|prescription|prescriptions|vaccination|documents|identity)',
    '(write|create|design|develop|build) ~4 (scam|ponzi scheme|pyramid scheme|"investment scam"|fraudulent) ~4 (email|message|that|to|website|letter|scheme|convince*|targeting)',
  ],
  'harassment.instructions': [
    `${how} ~4 (to|for|on|of) ~1 (stalk|stalking|dox|doxx|doxxing|blackmail|blackmailing|harass|harassing|cyberbully|cyberbullying|"cyber bully"|humiliate|intimidate) ~2 (someone|somebody|person|people|ex|girlfriend|boyfriend|coworker|woman|women|her|him|them|victim|victims|classmate|student|celebrity|neighbor)`,
    '(track|monitor|spy on|follow) ~3 (ex|wife|husband|girlfriend|boyfriend|someone) ~4 without ~3 (knowing|knowledge|consent|permission)',
    '(write|create|send|compose|make) ~3 (death threat|death threats|threatening|blackmail|revenge porn|"rape threat")',
    `${how} ~3 (to|for) ~1 (rape|molest|sexually assault) (a|someone|my|her|him|women|woman|girls|people)`,
  ],
};

/** Those looked for in one line of work only, by mode. */
export const harmsAtWork: Readonly<Record<string, Harms>> = {
  critical_infrastructure: {
    'infrastructure.sabotage': [
      '(sabotage|attack|disrupt|disable|destroy|damage|cripple|shut down|take down|hack|blow up|infiltrate|overload|poison|contaminate|tamper with|derail|bring down|knock out|compromise) ~3 (power grid|electrical grid|electric grid|power plant|power plants|substation|substations|water supply|water treatment|water system|reservoir|reservoirs|dam|nuclear plant|nuclear reactor|pipeline|pipelines|scada|"industrial control"|critical infrastructure|air traffic control|railway|railways|"train tracks"|transformer|transformers|refinery|power lines|gas lines|communications network|"911 system"|emergency services)',
      '(bypass|disable|override|spoof|defeat) ~4 (safety interlock|safety interlocks|safety instrumented|protective relay|protective relays|plc|plcs|emergency shutdown|scada|rtu|hmi)',
    ],
  },
  automotive: {
    'vehicle.tampering': [
      '(cut|disable|tamper with|sabotage|disconnect|loosen|hack|take control of) ~4 (brake lines|brakes|brake line|steering|airbag|airbags|seat belt|seatbelt|accelerator|"someone\'s car"|"driver monitoring"|collision avoidance|automatic emergency braking|abs)',
      '(roll back|rollback|tamper with|reset|change|falsify|spoof) ~3 (odometer|vin|vin number|mileage|emissions test|emission test|emissions readings)',
      '(hotwire|steal|relay attack|clone the key fob|jam) ~3 (car|vehicle|truck|key fob|keyless entry|immobilizer)',
      '(trick|fool|defeat|bypass) ~3 (autopilot|driver attention|driver monitoring|lane assist|lidar|speed limiter|interlock|breathalyzer)',
    ],
  },
  education: {
    'school.misconduct': [
      '(cheat|cheating) (on|in|during) ~3 (exam|exams|test|tests|final|finals|quiz|midterm|sat|homework) (without|and not|undetected)?',
      '(hack|change|alter|falsify) ~4 (grades|grade|transcript|attendance record|report card)',
      '(bypass|evade|avoid|fool|trick) ~3 (plagiarism|turnitin|proctor|proctoring|lockdown browser|ai detector|ai detection)',
      '(buy|get|find|use) ~3 (alcohol|vape|vapes|weed|cigarettes|fake id) ~4 (underage|minor|without id|at school|"under 18"|"under 21")',
      '(bring|sneak|smuggle|take) ~3 (gun|knife|weapon|drugs|alcohol|vape) ~3 (to|into|in) ~1 (school|class|campus|dorm)',
    ],
  },
  law_enforcement: {
    'justice.obstruction': [
      '(destroy|plant|tamper with|fabricate|falsify|hide|conceal|get rid of|manipulate) ~3 (evidence|fingerprints|dna evidence|murder weapon|crime scene|witness statement|police report|body camera|bodycam)',
      '(intimidate|bribe|threaten|silence|coerce|blackmail) ~2 (witness|witnesses|juror|jurors|judge|judges|informant|informants|police officer|prosecutor)',
      '(evade|escape from|avoid|outrun|flee) ~2 (police|arrest|law enforcement|the cops|manhunt|capture|prosecution|detection by police)',
      '(ambush|attack|kill|shoot|assault|disarm) ~2 (police|police officer|police officers|cop|cops|officer|sheriff|deputy|federal agent)',
      '(impersonate|impersonating|pose as) ~2 (police|police officer|cop|officer|federal agent|sheriff|detective)',
      '(coerce|force|beat|torture) ~3 (confession|suspect|confess)',
    ],
  },
};
