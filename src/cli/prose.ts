const paragraphs = [
  'The night train left Kraków at 22:14, eleven minutes late, with two sleeping cars and a kitchen that had run out of',
  'tea. In compartment 7 a retired surveyor was explaining to nobody in particular why maps are always wrong: "Every',
  'line is a decision," he said, "and decisions age." Outside, the rain had stopped; puddles held the yellow of the lamps.',
  '',
  'Invoice 2026-0417 lists 12 items at EUR 48.50 each, less 3 % for payment within ten days (total: 564.54). Questions go',
  'to billing@example.com or to the desk on the ground floor, Monday to Friday, 9:00-17:30. Reference: KX-20417/B.',
  '',
  'To restart the worker, run `systemctl restart ingest@3.service` and watch /var/log/ingest/current until it says',
  '"ready, 0 in queue"; a stack such as `at Object.<anonymous> (queue.js:118:9)` means that the volume is full. Set',
  'MAX_BATCH=250 and retry_after: 30s, see https://docs.example.com/ingest?version=4.2#limits for what else there is.',
  '',
  'Naïve readers skip the preface; patient ones find there what the other four hundred pages take for granted. She had',
  'underlined a sentence twice: nothing that is worth measuring stays the same while it is measured. Über den Rand hatte',
  'jemand ein Fragezeichen gesetzt. The library wanted it back by 3 March, and it was already the ninth.',
  '',
];
const size = 16_384;

/** A sample of what people and models write: words, numbers, an address, code, a few letters beyond ASCII. */
export const prose: string = `${paragraphs.join('\n')}\n`.repeat(size / 1024).slice(0, size);
