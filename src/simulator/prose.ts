const contact = 'You can reach our support team at support@example.com or +1 415-555-0132.';

/** One a choice, so that choices of one call differ. */
const openings: readonly string[] = [
  'Here is what I can say about',
  'Let me tell you something about',
  'A short answer about',
  'In a few words about',
];

const asksForContact = /\be-?mail|\bcontact\b|\bphone number|\breach (?:you|us|out|support)\b/i;
const greeting = /^(?:hi|hello|hey|good (?:morning|day|evening))\b/i;
const question =
  /^(?:please |can you |could you |would you |tell me |explain |describe |about |what is |what are |what does |how does |write |say )+/i;

// Only the beginning of a prompt is looked at: the answer to a long text costs no more than to a short one.
const mostLookedAt = 2_000;
const mostTopic = 90;

/** A friendly sentence or two about the prompt, the same each time. A prompt for a contact gets an address. */
export function proseFor(prompt: string, choice: number): string {
  const text = prompt.slice(0, mostLookedAt).trim();
  if (asksForContact.test(text)) return contact;
  if (text === '' || greeting.test(text)) {
    return 'Hello! I am the simulated model of this gateway. Ask me anything: I answer the same way every time.';
  }
  const opening = openings[choice % openings.length] ?? '';
  return `${opening} ${topicOf(text)}: it works best when each part does one thing well. I am a simulated model, so ask a real one for the details.`;
}

/** What is said after the tools have answered. */
export function proseForToolResult(result: string): string {
  return `The tool answered: ${result.slice(0, mostLookedAt)}`;
}

/** The first clause of a prompt, short, without the words that only ask. */
export function topicOf(text: string): string {
  const clause = /^[^.!?\n]*/.exec(text.replace(question, ''))?.[0] ?? '';
  const topic = clause.length <= mostTopic ? clause : clause.slice(0, clause.lastIndexOf(' ', mostTopic));
  return topic.toWellFormed().trim() || 'that';
}
