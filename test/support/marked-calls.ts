import * as fc from 'fast-check';

/** A string that a model may be shown. */
export const seen: fc.Arbitrary<string> = fc.nat().map((number) => `SEEN${number}.`);

/** A string that no model is shown, and that must reach the provider as it is. */
export const exempt: fc.Arbitrary<string> = fc.nat().map((number) => `EXEMPT${number}.`);

type Value = fc.Arbitrary<unknown>;

/** An object with any of the keys. */
function some(model: Record<string, Value>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(model, { requiredKeys: [] });
}

const anything: Value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    seen,
    fc.constantFrom(1, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'x',
        'data',
        'items',
        'note',
        'properties',
        'text',
        'value',
        'code',
        'quote',
        'results',
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value;

/** Under a key that is exempt where it holds a string: a container is something else. */
const container: Value = fc.oneof(fc.array(seen, { maxLength: 2 }), some({ text: seen, any: anything }));

const strangers = fc.dictionary(
  fc.constantFrom('mood', 'x-note', 'custom', 'éclair', '0', 'guided_grammar', 'documents', 'stop'),
  anything,
  { maxKeys: 2 },
);

function record(model: Record<string, Value>): fc.Arbitrary<Record<string, unknown>> {
  return fc.tuple(some(model), strangers).map(([known, extra]) => ({ ...extra, ...known }));
}

const schema: Value = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    some({
      type: fc.constantFrom('string', 'object', 'null'),
      description: seen,
      title: seen,
      enum: fc.array(seen, { maxLength: 2 }),
      default: fc.oneof(seen, some({ id: seen, url: seen, user: seen, metadata: some({ a: seen }) })),
      $ref: seen,
      pattern: seen,
    }),
    some({
      properties: fc.dictionary(
        fc.oneof(
          fc.constantFrom('id', 'type', 'Model', 'image_url', 'role', 'user', 'logprobs'),
          seen.map((text) => `a key ${text}`),
        ),
        tie('schema'),
        { maxKeys: 3 },
      ),
    }),
  ),
})).schema;

const parts: Value = fc.oneof(
  record({ type: fc.constant('text'), text: seen, id: fc.oneof(exempt, container) }),
  record({ type: fc.constant('refusal'), refusal: seen }),
  record({
    type: fc.constant('image_url'),
    image_url: fc.oneof(exempt, some({ url: exempt, detail: seen })),
  }),
  record({ type: fc.constant('input_audio'), input_audio: some({ data: exempt, format: seen }) }),
  record({ type: fc.constant('file'), file: some({ file_data: exempt, file_id: exempt, filename: seen }) }),
  record({ type: fc.constant('document'), source: record({ data: seen }), title: seen, context: seen }),
  record({
    type: fc.constant('tool_use'),
    id: exempt,
    name: seen,
    input: some({ id: seen, Text: seen, 'a b': seen }),
  }),
  record({
    type: fc.constant('tool_result'),
    content: fc.oneof(seen, fc.array(record({ text: seen }), { maxLength: 2 })),
  }),
  record({
    role: fc.constantFrom('assistant', 'oracle'),
    text: seen,
    metadata: some({ user: seen, Name: seen }),
  }),
  seen,
);

const content: Value = fc.oneof(seen, fc.array(parts, { maxLength: 3 }), record({ text: seen }));
const named = record({ name: seen, arguments: fc.oneof(seen, some({ id: seen, Name: seen })) });

const message: Value = record({
  role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', 'oracle', ''),
  content,
  name: seen,
  refusal: seen,
  reasoning_content: seen,
  reasoning: fc.oneof(seen, record({ text: seen, signature: exempt })),
  tool_calls: fc.array(record({ id: exempt, type: fc.constant('function'), function: named }), {
    maxLength: 2,
  }),
  function_call: named,
  tool_call_id: fc.oneof(exempt, container),
  metadata: some({ id: seen, note: seen }),
  audio: some({ id: exempt, transcript: seen }),
  logprobs: container,
  usage: container,
});

const item: Value = fc.oneof(
  message,
  record({ type: fc.constant('function_call'), call_id: exempt, name: seen, arguments: seen }),
  record({ type: fc.constant('function_call_output'), call_id: exempt, output: content }),
  record({
    type: fc.constant('reasoning'),
    encrypted_content: exempt,
    summary: fc.array(record({ text: seen })),
  }),
  record({
    type: fc.constant('code_interpreter_call'),
    code: seen,
    outputs: fc.array(record({ logs: seen, url: exempt })),
  }),
  record({
    type: fc.constant('file_search_call'),
    queries: fc.array(seen),
    results: fc.array(record({ text: seen, attributes: anything })),
  }),
  record({
    type: fc.constant('mcp_call'),
    server_label: seen,
    output: seen,
    error: fc.oneof(seen, anything),
  }),
);

const tool: Value = record({
  type: fc.constant('function'),
  function: record({ name: seen, description: seen, parameters: schema }),
  name: seen,
  description: seen,
  parameters: schema,
  input_schema: schema,
  server_url: exempt,
  vector_store_ids: fc.array(exempt, { maxLength: 2 }),
  headers: some({ Authorization: seen }),
  format: record({ definition: seen }),
});

/** The body of a call of any family, with strings in every place where a provider may have a model read them. */
export const markedCalls: fc.Arbitrary<Record<string, unknown>> = record({
  model: exempt,
  user: fc.oneof(exempt, container),
  metadata: fc.dictionary(fc.constantFrom('note', 'Text', 'user'), exempt, { maxKeys: 2 }),
  prompt_cache_key: exempt,
  previous_response_id: fc.oneof(exempt, container),
  messages: fc.array(message, { maxLength: 3 }),
  prompt: fc.oneof(
    seen,
    fc.array(fc.oneof(seen, fc.constant([1, 2]))),
    some({ id: exempt, variables: some({ Name: seen, id: seen }) }),
  ),
  suffix: seen,
  input: fc.oneof(seen, fc.array(fc.oneof(seen, item, fc.constant(7)), { maxLength: 3 })),
  instructions: fc.oneof(seen, fc.array(item, { maxLength: 1 })),
  tools: fc.array(tool, { maxLength: 2 }),
  functions: fc.array(record({ name: seen, description: seen, parameters: schema }), { maxLength: 1 }),
  tool_choice: fc.oneof(seen, record({ type: fc.constant('function'), function: record({ name: seen }) })),
  response_format: record({
    type: fc.constant('json_schema'),
    json_schema: record({ name: seen, description: seen, schema }),
  }),
  text: record({ format: record({ name: seen, schema }), verbosity: seen }),
  prediction: record({ type: fc.constant('content'), content }),
  stop: fc.oneof(seen, fc.array(seen, { maxLength: 2 })),
  logit_bias: fc.constant({ '50256': -100 }),
  guided_json: schema,
  chat_template_kwargs: some({ Text: seen, id: seen, 'a b': anything }),
});
