import json
import math
import unittest

import openai
from openai import OpenAI
from pydantic import BaseModel

from stage import (
    CONTACT_ANSWER,
    CONTACT_PROMPT,
    MAIN,
    MODEL,
    PERSONAL,
    SCRIPTED,
    Marker,
    say,
    user,
)

THREE = say("One two three.")
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
EMAIL = {"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]}
LOOKUP = {"type": "function", "function": {"name": "lookup", "parameters": CITY}}
SEND_MAIL = {"type": "function", "function": {"name": "send_mail", "parameters": EMAIL}}
CALL_LOOKUP = user("""#sim tool=lookup args='{"city":"Bern"}'""")


class Weather(BaseModel):
    city: str
    days: int


class Person(BaseModel):
    email: str


SAMPLE = Weather(city="simulated city", days=1)


def sdk(base, marker=None, **options):
    headers = (marker or Marker()).headers
    return OpenAI(base_url=f"{base}/v1", api_key="of-the-app", default_headers=headers, **options)


def spell(stream):
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


class Calls(unittest.TestCase):
    def setUp(self):
        self.main = sdk(MAIN)

    def chat(self, client, content, **options):
        return client.chat.completions.create(model=MODEL, messages=user(content), **options)

    def test_chat(self):
        """chat: an answer with its usage, the provider given no key of the app"""
        marker = Marker()
        answer = self.chat(sdk(SCRIPTED, marker), say("Good day."))
        self.assertEqual(answer.choices[0].message.content, "Good day.")
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertGreater(answer.usage.total_tokens, 0)
        [request] = marker.seen()["upstream"]
        self.assertNotIn("authorization", request["headers"])

    def test_raw(self):
        """chat: the raw response has the headers of the gateway"""
        raw = self.main.chat.completions.with_raw_response.create(model=MODEL, messages=user(CONTACT_PROMPT))
        self.assertEqual(raw.headers["x-keeptrusts-policies"], "pii-detector")
        self.assertEqual(raw.parse().choices[0].message.content, CONTACT_ANSWER)

    def test_stream(self):
        """stream: the deltas spell the answer"""
        self.assertEqual(spell(self.chat(self.main, THREE, stream=True)), "One two three.")

    def test_stream_helper(self):
        """stream helper: events and the final completion agree"""
        with self.main.chat.completions.stream(model=MODEL, messages=user(THREE)) as stream:
            deltas = [event.delta for event in stream if event.type == "content.delta"]
            final = stream.get_final_completion()
        self.assertGreater(len(deltas), 1)
        self.assertEqual("".join(deltas), "One two three.")
        self.assertEqual(final.choices[0].message.content, "One two three.")

    def test_stream_usage(self):
        """stream usage: it arrives when asked, and only then"""
        for options, expected in (({"stream_options": {"include_usage": True}}, 1), ({}, 0)):
            marker = Marker()
            chunks = list(self.chat(sdk(SCRIPTED, marker), "hi", stream=True, **options))
            self.assertEqual(sum(1 for chunk in chunks if chunk.usage), expected)
            self.assertEqual(sum(1 for chunk in chunks if not chunk.choices), expected)
            self.assertIn('"include_usage":true', marker.seen()["upstream"][0]["body"].replace(" ", ""))

    def test_tools(self):
        """tools: a call, whole and streamed in pieces, and its result"""
        call = {"model": MODEL, "messages": CALL_LOOKUP, "tools": [LOOKUP]}
        whole = self.main.chat.completions.create(**call)
        with self.main.chat.completions.stream(**call) as stream:
            pieces = [event for event in stream if event.type == "tool_calls.function.arguments.delta"]
            streamed = stream.get_final_completion()
        for answer in (whole, streamed):
            [tool] = answer.choices[0].message.tool_calls
            self.assertEqual((tool.function.name, json.loads(tool.function.arguments)), ("lookup", {"city": "Bern"}))
            self.assertEqual(answer.choices[0].finish_reason, "tool_calls")
        self.assertGreater(len(pieces), 1)
        message = whole.choices[0].message
        result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}
        answer = self.main.chat.completions.create(**{**call, "messages": [*CALL_LOOKUP, message, result]})
        self.assertEqual(answer.choices[0].message.content, "The tool answered: sunny")

    def test_structured(self):
        """structured output: parsed by pydantic, whole and streamed"""
        call = {"model": MODEL, "messages": user("How is the weather?"), "response_format": Weather}
        whole = self.main.chat.completions.parse(**call)
        with self.main.chat.completions.stream(**call) as stream:
            streamed = stream.get_final_completion()
        self.assertEqual(whole.choices[0].message.parsed, SAMPLE)
        self.assertEqual(streamed.choices[0].message.parsed, SAMPLE)

    def test_structured_redacted(self):
        """structured output: still JSON where an address in it is redacted"""
        answer = self.main.chat.completions.parse(model=MODEL, messages=user("Who?"), response_format=Person)
        self.assertEqual(answer.choices[0].message.parsed, Person(email="[EMAIL]"))

    def test_structured_tool(self):
        """tools: a pydantic tool is parsed by the helper"""
        answer = self.main.chat.completions.parse(
            model=MODEL,
            messages=user("How is the weather?"),
            tools=[openai.pydantic_function_tool(Weather)],
            tool_choice="required",
        )
        self.assertEqual(answer.choices[0].message.tool_calls[0].function.parsed_arguments, SAMPLE)

    def test_embeddings(self):
        """embeddings: asked in base64 as this library does, the same as in numbers"""
        marker = Marker()
        packed = sdk(SCRIPTED, marker).embeddings.create(model=MODEL, input=["one", "two"])
        plain = self.main.embeddings.create(model=MODEL, input=["one", "two"], encoding_format="float")
        self.assertIn("base64", marker.seen()["upstream"][0]["body"])
        self.assertEqual(len(packed.data), 2)
        for one, other in zip(packed.data, plain.data):
            self.assertAlmostEqual(math.hypot(*one.embedding), 1, places=5)
            for left, right in zip(one.embedding, other.embedding):
                self.assertAlmostEqual(left, right, places=6)

    def test_responses(self):
        """responses: whole, streamed, and by the stream helper"""
        whole = self.main.responses.create(model=MODEL, input=THREE)
        events = self.main.responses.create(model=MODEL, input=THREE, stream=True)
        deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        with self.main.responses.stream(model=MODEL, input=THREE) as stream:
            helped = stream.get_final_response()
        self.assertEqual((whole.output_text, deltas, helped.output_text), ("One two three.",) * 3)

    def test_responses_parse(self):
        """responses: a tool call, its result, and structured output"""
        tools = [{"type": "function", "name": "lookup", "strict": False, "parameters": CITY}]
        first = self.main.responses.create(model=MODEL, input=user("Weather?"), tools=tools, tool_choice="required")
        [call] = first.output
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        second = self.main.responses.create(model=MODEL, input=[*user("Weather?"), call, result], tools=tools)
        parsed = self.main.responses.parse(model=MODEL, input="How is the weather?", text_format=Weather)
        self.assertEqual(json.loads(call.arguments), {"city": "simulated city"})
        self.assertEqual(second.output_text, "The tool answered: sunny")
        self.assertEqual(parsed.output_parsed, SAMPLE)

    def test_background(self):
        """responses: a background answer is refused"""
        with self.assertRaises(openai.BadRequestError) as caught:
            self.main.responses.create(model=MODEL, input="hi", background=True)
        self.assertEqual(caught.exception.code, "request_unsupported")

    def test_completions(self):
        """completions: whole and streamed"""
        whole = self.main.completions.create(model=MODEL, prompt=THREE)
        stream = self.main.completions.create(model=MODEL, prompt=THREE, stream=True)
        self.assertEqual(whole.choices[0].text, "One two three.")
        self.assertEqual("".join(chunk.choices[0].text for chunk in stream), "One two three.")

    def test_models(self):
        """models: the configured one is listed and found, others are not"""
        self.assertEqual([one.id for one in self.main.models.list()], [MODEL])
        self.assertEqual(self.main.models.retrieve(MODEL).id, MODEL)
        with self.assertRaises(openai.NotFoundError) as caught:
            self.main.models.retrieve("other")
        self.assertEqual(caught.exception.code, "model_not_found")

    def test_redaction(self):
        """redaction: an address that spans deltas, in chat, responses and completions"""
        chat = spell(self.chat(self.main, CONTACT_PROMPT, stream=True))
        with self.main.responses.stream(model=MODEL, input=CONTACT_PROMPT) as stream:
            response = stream.get_final_response().output_text
        pieces = self.main.completions.create(model=MODEL, prompt=CONTACT_PROMPT, stream=True)
        completion = "".join(chunk.choices[0].text for chunk in pieces)
        self.assertEqual([chat, response, completion], [CONTACT_ANSWER] * 3)

    def test_redaction_tools(self):
        """redaction: tool arguments, streamed, stay JSON"""
        call = {"model": MODEL, "messages": user("Write."), "tools": [SEND_MAIL], "tool_choice": "required"}
        with self.main.chat.completions.stream(**call) as stream:
            [tool] = stream.get_final_completion().choices[0].message.tool_calls
        self.assertEqual(json.loads(tool.function.arguments), {"email": "[EMAIL]"})

    def test_redaction_upstream(self):
        """redaction: the provider gets the call redacted"""
        marker = Marker()
        self.chat(sdk(SCRIPTED, marker), PERSONAL)
        [request] = marker.seen()["upstream"]
        self.assertIn("I am [EMAIL].", request["body"])
        self.assertNotIn("example.com", request["body"])
