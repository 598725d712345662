import type { Category } from './category.ts';

/** Harms looked for in one line of work only, by mode. */
export const modeCategories: Readonly<Record<string, Category>> = {
  critical_infrastructure: {
    name: 'infrastructure',
    rules: [
      {
        id: 'infrastructure.sabotage',
        patterns: [
          '(sabotage|attack|disrupt|disable|destroy|damage|cripple|shut down|take down|hack|blow up|infiltrate|overload|poison|contaminate|tamper with|derail|bring down|knock out|compromise) ~3 (power grid|electrical grid|electric grid|power plant|power plants|substation|substations|water supply|water treatment|water system|reservoir|reservoirs|dam|nuclear plant|nuclear reactor|pipeline|pipelines|scada|"industrial control"|critical infrastructure|air traffic control|railway|railways|"train tracks"|transformer|transformers|refinery|power lines|gas lines|communications network|"911 system"|emergency services)',
          '(bypass|disable|override|spoof|defeat) ~4 (safety interlock|safety interlocks|safety instrumented|protective relay|protective relays|plc|plcs|emergency shutdown|scada|rtu|hmi)',
        ],
      },
    ],
  },
  automotive: {
    name: 'vehicle',
    rules: [
      {
        id: 'vehicle.tampering',
        patterns: [
          '(cut|disable|tamper with|sabotage|disconnect|loosen|hack|take control of) ~4 (brake lines|brakes|brake line|steering|airbag|airbags|seat belt|seatbelt|accelerator|"someone\'s car"|"driver monitoring"|collision avoidance|automatic emergency braking|abs)',
          '(roll back|rollback|tamper with|reset|change|falsify|spoof) ~3 (odometer|vin|vin number|mileage|emissions test|emission test|emissions readings)',
          '(hotwire|steal|relay attack|clone the key fob|jam) ~3 (car|vehicle|truck|key fob|keyless entry|immobilizer)',
          '(trick|fool|defeat|bypass) ~3 (autopilot|driver attention|driver monitoring|lane assist|lidar|speed limiter|interlock|breathalyzer)',
        ],
      },
    ],
  },
  education: {
    name: 'school',
    rules: [
      {
        id: 'school.misconduct',
        patterns: [
          '(cheat|cheating) (on|in|during) ~3 (exam|exams|test|tests|final|finals|quiz|midterm|sat|homework) (without|and not|undetected)?',
          '(hack|change|alter|falsify) ~4 (grades|grade|transcript|attendance record|report card)',
          '(bypass|evade|avoid|fool|trick) ~3 (plagiarism|turnitin|proctor|proctoring|lockdown browser|ai detector|ai detection)',
          '(buy|get|find|use) ~3 (alcohol|vape|vapes|weed|cigarettes|fake id) ~4 (underage|minor|without id|at school|"under 18"|"under 21")',
          '(bring|sneak|smuggle|take) ~3 (gun|knife|weapon|drugs|alcohol|vape) ~3 (to|into|in) ~1 (school|class|campus|dorm)',
        ],
      },
    ],
  },
  law_enforcement: {
    name: 'justice',
    rules: [
      {
        id: 'justice.obstruction',
        patterns: [
          '(destroy|plant|tamper with|fabricate|falsify|hide|conceal|get rid of|manipulate) ~3 (evidence|fingerprints|dna evidence|murder weapon|crime scene|witness statement|police report|body camera|bodycam)',
          '(intimidate|bribe|threaten|silence|coerce|blackmail) ~2 (witness|witnesses|juror|jurors|judge|judges|informant|informants|police officer|prosecutor)',
          '(evade|escape from|avoid|outrun|flee) ~2 (police|arrest|law enforcement|the cops|manhunt|capture|prosecution|detection by police)',
          '(ambush|attack|kill|shoot|assault|disarm) ~2 (police|police officer|police officers|cop|cops|officer|sheriff|deputy|federal agent)',
          '(impersonate|impersonating|pose as) ~2 (police|police officer|cop|officer|federal agent|sheriff|detective)',
          '(coerce|force|beat|torture) ~3 (confession|suspect|confess)',
        ],
      },
    ],
  },
};
