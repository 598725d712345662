import math
import unittest

import openai
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from stage import (
    CONTACT_ANSWER,
    CONTACT_PROMPT,
    DENIAL_400,
    DENIAL_403,
    INJECTION,
    LONG,
    MAIN,
    MODEL,
    PERSONAL,
    SCRIPTED,
    Marker,
    failing_once,
    not_offered,
    say,
)

THREE = say("One two three.")
CALL_LOOKUP = HumanMessage("""#sim tool=lookup args='{"city":"Bern"}'""")


class Weather(BaseModel):
    """The weather of a city."""

    city: str
    days: int


@tool
def lookup(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


@tool
def send_mail(email: str) -> str:
    """Writes to somebody."""
    return email


def settings(base, marker=None):
    headers = (marker or Marker()).headers
    return {"model": MODEL, "api_key": "of-the-app", "base_url": f"{base}/v1", "default_headers": headers}


def chat(base, marker=None, **options):
    return ChatOpenAI(**settings(base, marker), **options)


def gather(stream):
    whole = None
    for chunk in stream:
        whole = chunk if whole is None else whole + chunk
    return whole


class Calls(unittest.TestCase):
    def test_chat(self):
        """chat: an answer with its usage"""
        answer = chat(MAIN).invoke(say("Good day."))
        self.assertEqual(answer.content, "Good day.")
        self.assertGreater(answer.usage_metadata["total_tokens"], 0)

    def test_batch(self):
        """chat: a batch"""
        answers = chat(MAIN).batch([say("One."), say("Two.")])
        self.assertEqual([answer.content for answer in answers], ["One.", "Two."])

    def test_stream(self):
        """stream: the chunks spell the answer"""
        chunks = [chunk.content for chunk in chat(MAIN).stream(THREE)]
        self.assertGreater(len(chunks), 2)
        self.assertEqual("".join(chunks), "One two three.")

    def test_stream_usage(self):
        """stream usage: it arrives when asked, and only then"""
        self.assertGreater(gather(chat(MAIN, stream_usage=True).stream("hi")).usage_metadata["total_tokens"], 0)
        self.assertIsNone(gather(chat(MAIN, stream_usage=False).stream("hi")).usage_metadata)

    def test_tools(self):
        """tools: a call, whole and streamed, and its result"""
        bound = chat(MAIN).bind_tools([lookup])
        whole = bound.invoke([CALL_LOOKUP])
        chunks = list(bound.stream([CALL_LOOKUP]))
        [call] = whole.tool_calls
        result = lookup.invoke({**call, "type": "tool_call"})
        self.assertIsInstance(result, ToolMessage)
        self.assertEqual((call["name"], call["args"]), ("lookup", {"city": "Bern"}))
        self.assertEqual(gather(chunks).tool_calls[0]["args"], {"city": "Bern"})
        self.assertGreater(sum(len(chunk.tool_call_chunks) for chunk in chunks), 1)
        self.assertEqual(bound.invoke([CALL_LOOKUP, whole, result]).content, "The tool answered: sunny in Bern")

    def test_structured(self):
        """structured output: by a schema, by a function and in JSON mode"""
        sample = Weather(city="simulated city", days=1)
        prompts = {"json_mode": f"#sim say='{sample.model_dump_json()}'"}
        for method in ("json_schema", "function_calling", "json_mode"):
            model = chat(MAIN).with_structured_output(Weather, method=method)
            self.assertEqual(model.invoke(prompts.get(method, "How is the weather?")), sample)

    def test_embeddings(self):
        """embeddings: of documents and of a query, as texts"""
        embeddings = OpenAIEmbeddings(**settings(MAIN), check_embedding_ctx_length=False)
        one, two = embeddings.embed_documents(["one", "two"])
        self.assertEqual(one, embeddings.embed_query("one"))
        self.assertNotEqual(one, two)
        self.assertAlmostEqual(math.hypot(*one), 1, places=5)

    def test_responses(self):
        """responses: whole and streamed"""
        model = chat(MAIN, use_responses_api=True)
        self.assertEqual(model.invoke(THREE).text, "One two three.")
        self.assertEqual(gather(model.stream(THREE)).text, "One two three.")

    def test_completions(self):
        """completions: whole and streamed"""
        model = OpenAI(**settings(MAIN))
        self.assertEqual(model.invoke(THREE), "One two three.")
        self.assertEqual("".join(model.stream(THREE)), "One two three.")

    def test_redaction(self):
        """redaction: an address that spans chunks, and tool arguments"""
        self.assertEqual("".join(chunk.content for chunk in chat(MAIN).stream(CONTACT_PROMPT)), CONTACT_ANSWER)
        bound = chat(MAIN).bind_tools([send_mail], tool_choice="required")
        self.assertEqual(gather(bound.stream("Write to them.")).tool_calls[0]["args"], {"email": "[EMAIL]"})


class Failures(unittest.TestCase):
    def fails(self, expected, base, content, marker=None, **options):
        with self.assertRaises(expected) as caught:
            chat(base, marker, **options).invoke(content)
        return caught.exception

    def breaks(self, base, content, marker):
        text = ""
        with self.assertRaises(openai.APIError) as caught:
            for chunk in chat(base, marker).stream(content):
                text += chunk.content
        return text, caught.exception

    def test_denial(self):
        """denial: a ConflictError with the reason, sent once"""
        marker = Marker()
        error = self.fails(openai.ConflictError, MAIN, INJECTION, marker)
        self.assertEqual(error.code, "input_blocked")
        self.assertEqual(marker.counts(), (1, 0))

    def test_denial_status(self):
        """denial: sent once as 400 and as 403"""
        for base, expected in ((DENIAL_400, openai.BadRequestError), (DENIAL_403, openai.PermissionDeniedError)):
            marker = Marker()
            self.assertEqual(self.fails(expected, base, PERSONAL, marker).code, "input_blocked")
            self.assertEqual(marker.counts(), (1, 0))

    def test_denial_stream(self):
        """denial: within a stream an APIError after the words that were let go"""
        text, error = self.breaks(DENIAL_400, f"{CONTACT_PROMPT} #sim gap=40", Marker())
        self.assertEqual(error.code, "output_blocked")
        self.assertEqual(text.rstrip(), "You can reach our support team at")

    def test_upstream_errors(self):
        """upstream errors: each status is its class, with the provider's message"""
        for status, expected in {
            400: openai.BadRequestError,
            401: openai.AuthenticationError,
            403: openai.PermissionDeniedError,
            404: openai.NotFoundError,
            429: openai.RateLimitError,
            500: openai.InternalServerError,
            502: openai.InternalServerError,
            503: openai.InternalServerError,
            504: openai.InternalServerError,
        }.items():
            error = self.fails(expected, SCRIPTED, f"#sim status={status}", max_retries=0)
            self.assertEqual(error.status_code, status)
            self.assertIn(f"Simulated error {status}", error.message)

    def test_gateway_errors(self):
        """gateway errors: a body too large is 413, sent once; an answer cut off is 502"""
        marker = Marker()
        error = self.fails(openai.APIStatusError, MAIN, LONG, marker)
        self.assertEqual((error.status_code, error.code), (413, "request_too_large"))
        self.assertEqual(marker.counts(), (1, 0))
        error = self.fails(openai.InternalServerError, SCRIPTED, "#sim cut=1", max_retries=0)
        self.assertEqual((error.status_code, error.code), (502, "upstream_cut_off"))

    def test_retries(self):
        """retries: twice more for 503, never for 401"""
        asked = []
        for status in (503, 401):
            marker = Marker()
            self.fails(openai.APIStatusError, SCRIPTED, f"#sim status={status}", marker)
            asked.append(marker.counts()[1])
        self.assertEqual(asked, [3, 1])

    def test_retry_helps(self):
        """retries: a provider that fails once is asked again, and answers"""
        marker = failing_once()
        self.assertEqual(chat(SCRIPTED, marker).invoke(say("Yes.")).content, "Yes.")
        self.assertEqual(marker.counts(), (2, 2))

    def test_mid_stream(self):
        """mid-stream error: an APIError with its code, asked once"""
        for directive, code in (("error=3", "simulated"), ("cut=3", "upstream_cut_off")):
            marker = Marker()
            text, error = self.breaks(SCRIPTED, f'#sim say="One two three four." {directive} gap=40', marker)
            self.assertEqual(error.code, code)
            self.assertTrue(text.startswith("One"))
            self.assertEqual(marker.counts(), (1, 1))

    def test_abort(self):
        """abort: closing a stream cancels the provider"""
        marker = Marker()
        stream = chat(SCRIPTED, marker).stream("#sim events=1000 gap=20")
        next(stream)
        stream.close()
        marker.wait_until_cancelled()

    def test_timeout(self):
        """timeout: an APITimeoutError, and the provider is cancelled"""
        marker = Marker()
        self.fails(openai.APITimeoutError, SCRIPTED, "#sim delay=60000", marker, timeout=0.5, max_retries=0)
        marker.wait_until_cancelled()


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_calls(self):
        """async: a call, a stream and a denial"""
        model = chat(MAIN)
        self.assertEqual((await model.ainvoke(THREE)).content, "One two three.")
        self.assertEqual("".join([chunk.content async for chunk in model.astream(CONTACT_PROMPT)]), CONTACT_ANSWER)
        with self.assertRaises(openai.ConflictError):
            await model.ainvoke(INJECTION)

    async def test_events(self):
        """stream helper: streamed events of a chain"""
        text = ""
        async for event in chat(MAIN).astream_events(THREE, version="v2"):
            if event["event"] == "on_chat_model_stream":
                text += event["data"]["chunk"].content
        self.assertEqual(text, "One two three.")


Unoffered = not_offered("models", reason="the library does not list models")
