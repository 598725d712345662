import { readFile } from 'node:fs/promises';
import { type Matrix, matrixTable, reasonList } from './matrix.ts';
import { sdks } from './sdks.ts';
import { examplePath } from './suites.ts';

const introduction = `# Client libraries

<!-- Written by \`npm run test:sdks -- --write-docs\`; checked by \`-- --check-docs\`. -->

An app needs one change: the base URL of its client, \`http://127.0.0.1:41002/v1\`. The gateway holds the provider's key, so the
client's key may be any text (with \`--client-token-file\`, a token of that file). \`npm run test:sdks\` tests what the table says, with the
published libraries against the built gateway.

*yes*: tested. *–*: the library does not have it. *no*: not served yet.

`;

const caveats = `## Good to know

- **A denial is 409 with \`x-should-retry: false\`.** The libraries by OpenAI and those built on them (LangChain, LlamaIndex) then send once and
  raise their conflict error; its \`code\` is \`input_blocked\`. **The Vercel AI SDK retries 409**, three requests in all: set
  \`denial_status: 400\` (or \`403\`) in the configuration, and it sends once.
- **A denial within a stream** is an error event after the words before it, with \`code\` \`output_blocked\`: an exception where the stream is
  read, in the Vercel AI SDK an \`error\` part of \`fullStream\`. A provider that breaks off shows in the same way (\`upstream_cut_off\`). No
  library takes such a stream for complete.
- **Retries multiply.** With its own settings, a library sends for one failing call (503): OpenAI and LangChain in Python 3 requests, Vercel AI
  SDK 3, LangChain in Node up to 7 with its own waits, LlamaIndex in Node 11, LlamaIndex in Python 12 (its three tries of the client's four).
  Lower \`maxRetries\` if the gateway falls back to other targets.
- **LangChain in Python** sends token numbers instead of texts for embeddings, unless \`check_embedding_ctx_length=False\`. Policies cannot judge
  numbers: they are recorded as uninspected, or refused with \`uninspected: block\`.
- **LlamaIndex in Node** is marked deprecated by its authors. It goes on reading after you leave the loop over its stream, and takes no signal;
  give its client a \`fetch\` that has one, and the provider is cancelled. Over the Responses API it repeats the last delta with events that
  carry no text, whatever the provider.
- **LlamaIndex in Python** closes the connection of a stream that is dropped, not of one that is only \`close()\`d.
- **The Vercel AI SDK** reports the usage of a stream only with \`includeUsage: true\`.
- **Anthropic's libraries** raise their \`NotFoundError\`, with the code \`no_route\`, without a retry: the gateway has no \`/v1/messages\` yet.
`;

/** The page about client libraries: what was tested, and the examples as they were run. */
export async function pageText(matrix: Matrix): Promise<string> {
  const examples = await Promise.all(sdks.filter(isShown).map((sdk) => exampleText(sdk)));
  return `${introduction}${matrixTable(matrix)}\n${packageList(matrix)}\n${reasonList(matrix)}\n${caveats}\n## Examples\n\n${examples.join('\n')}`;
}

type Sdk = (typeof sdks)[number];

/** One example for each file: a second version of a library has the same. */
function isShown(sdk: Sdk): boolean {
  return sdks.find((other) => examplePath(other) === examplePath(sdk)) === sdk;
}

async function exampleText(sdk: Sdk): Promise<string> {
  const language = sdk.environment === 'node' ? 'js' : 'python';
  const text = await readFile(examplePath(sdk), 'utf8');
  return `### ${sdk.title}\n\n\`\`\`${language}\n${text}\`\`\`\n`;
}

function packageList(matrix: Matrix): string {
  return matrix
    .map(({ title, versions }) => {
      const packages = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`);
      return `- ${title}: ${packages.join(', ')}\n`;
    })
    .join('');
}
