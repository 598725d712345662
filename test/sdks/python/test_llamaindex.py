import gc
import math
import unittest

import openai
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike, OpenAILikeResponses
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
CALL_LOOKUP = """#sim tool=lookup args='{"city":"Bern"}'"""


class Weather(BaseModel):
    """The weather of a city."""

    city: str
    days: int


def find_weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


def write_mail(email: str) -> str:
    """Writes to somebody."""
    return email


LOOKUP = FunctionTool.from_defaults(find_weather, name="lookup")
SEND_MAIL = FunctionTool.from_defaults(write_mail, name="send_mail")


def settings(base, marker=None):
    headers = (marker or Marker()).headers
    return {"model": MODEL, "api_key": "of-the-app", "api_base": f"{base}/v1", "default_headers": headers}


def llm(base, marker=None, **options):
    return OpenAILike(
        **{
            **settings(base, marker),
            "is_chat_model": True,
            "is_function_calling_model": True,
            "should_use_structured_outputs": True,
            **options,
        }
    )


def ask(content):
    return [ChatMessage(role="user", content=content)]


class Calls(unittest.TestCase):
    def test_chat(self):
        """chat: an answer with its usage"""
        answer = llm(MAIN).chat(ask(say("Good day.")))
        self.assertEqual(answer.message.content, "Good day.")
        self.assertGreater(answer.raw.usage.total_tokens, 0)

    def test_complete(self):
        """chat: by complete()"""
        self.assertEqual(llm(MAIN).complete(say("Good day.")).text, "Good day.")

    def test_stream(self):
        """stream: the chunks spell the answer"""
        deltas = [chunk.delta for chunk in llm(MAIN).stream_chat(ask(THREE))]
        self.assertGreater(len(deltas), 2)
        self.assertEqual("".join(deltas), "One two three.")

    def test_stream_complete(self):
        """stream helper: stream_complete() gathers the text"""
        *_, last = llm(MAIN).stream_complete(THREE)
        self.assertEqual(last.text, "One two three.")

    def test_stream_usage(self):
        """stream usage: it is in the raw chunks when asked, and only then"""
        for options, expected in (({"stream_options": {"include_usage": True}}, 1), ({}, 0)):
            chunks = list(llm(MAIN, additional_kwargs=options).stream_chat(ask("hi")))
            usages = [chunk for chunk in chunks if getattr(chunk.raw, "usage", None)]
            self.assertEqual(len(usages), expected)

    def test_tools(self):
        """tools: a call, whole and streamed, and its result"""
        model = llm(MAIN)
        whole = model.chat_with_tools([LOOKUP], user_msg=CALL_LOOKUP)
        *_, streamed = model.stream_chat_with_tools([LOOKUP], user_msg=CALL_LOOKUP)
        for answer in (whole, streamed):
            [call] = model.get_tool_calls_from_response(answer)
            self.assertEqual((call.tool_name, call.tool_kwargs), ("lookup", {"city": "Bern"}))
        history = [*ask(CALL_LOOKUP), whole.message]
        result = ChatMessage(role="tool", content="sunny", additional_kwargs={"tool_call_id": call.tool_id})
        answer = model.chat_with_tools([LOOKUP], chat_history=[*history, result])
        self.assertEqual(answer.message.content, "The tool answered: sunny")

    def test_predict(self):
        """tools: predict_and_call() runs the tool"""
        self.assertEqual(llm(MAIN).predict_and_call([LOOKUP], user_msg=CALL_LOOKUP).response, "sunny in Bern")

    def test_structured(self):
        """structured output: by a pydantic class"""
        answer = llm(MAIN).as_structured_llm(Weather).complete("How is the weather?")
        self.assertEqual(answer.raw, Weather(city="simulated city", days=1))

    def test_embeddings(self):
        """embeddings: of several texts and of one"""
        options = settings(MAIN)
        embeddings = OpenAILikeEmbedding(model_name=options.pop("model"), **options)
        one, two = embeddings.get_text_embedding_batch(["one", "two"])
        self.assertEqual(one, embeddings.get_text_embedding("one"))
        self.assertNotEqual(one, two)
        self.assertAlmostEqual(math.hypot(*one), 1, places=5)

    def test_responses(self):
        """responses: whole and streamed"""
        model = OpenAILikeResponses(**settings(MAIN))
        self.assertEqual(model.chat(ask(THREE)).message.content, "One two three.")
        self.assertEqual("".join(chunk.delta or "" for chunk in model.stream_chat(ask(THREE))), "One two three.")

    def test_completions(self):
        """completions: whole and streamed, where the model is no chat model"""
        model = llm(MAIN, is_chat_model=False)
        self.assertEqual(model.complete(THREE).text, "One two three.")
        self.assertEqual("".join(chunk.delta for chunk in model.stream_complete(THREE)), "One two three.")

    def test_redaction(self):
        """redaction: an address that spans chunks, and tool arguments"""
        model = llm(MAIN)
        text = "".join(chunk.delta for chunk in model.stream_chat(ask(CONTACT_PROMPT)))
        *_, last = model.stream_chat_with_tools([SEND_MAIL], user_msg="Write.", tool_choice="required")
        [call] = model.get_tool_calls_from_response(last)
        self.assertEqual(text, CONTACT_ANSWER)
        self.assertEqual(call.tool_kwargs, {"email": "[EMAIL]"})


class Failures(unittest.TestCase):
    def fails(self, expected, base, content, marker=None, **options):
        with self.assertRaises(expected) as caught:
            llm(base, marker, **options).chat(ask(content))
        return caught.exception

    def breaks(self, base, content, marker):
        text = ""
        with self.assertRaises(openai.APIError) as caught:
            for chunk in llm(base, marker).stream_chat(ask(content)):
                text += chunk.delta
        return text, caught.exception

    def test_denial(self):
        """denial: a ConflictError with the reason, sent once"""
        marker = Marker()
        self.assertEqual(self.fails(openai.ConflictError, MAIN, INJECTION, marker).code, "input_blocked")
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
        """retries: twelve requests in all for 503, one for 401"""
        asked = []
        for status in (503, 401):
            marker = Marker()
            self.fails(openai.APIStatusError, SCRIPTED, f"#sim status={status}", marker)
            asked.append(marker.counts()[1])
        self.assertEqual(asked, [12, 1])

    def test_retry_helps(self):
        """retries: a provider that fails once is asked again, and answers"""
        marker = failing_once()
        self.assertEqual(llm(SCRIPTED, marker).complete(say("Yes.")).text, "Yes.")
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
        """abort: letting go of a stream cancels the provider"""
        marker = Marker()
        stream = llm(SCRIPTED, marker).stream_chat(ask("#sim events=1000 gap=20"))
        next(stream)
        # close() alone ends the outer of two generators; the inner one has the connection.
        del stream
        gc.collect()
        marker.wait_until_cancelled()

    def test_timeout(self):
        """timeout: an APITimeoutError, and the provider is cancelled"""
        marker = Marker()
        self.fails(openai.APITimeoutError, SCRIPTED, "#sim delay=60000", marker, timeout=0.5, max_retries=0)
        marker.wait_until_cancelled()


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_calls(self):
        """async: a call, a stream and a denial"""
        model = llm(MAIN)
        self.assertEqual((await model.achat(ask(THREE))).message.content, "One two three.")
        text = "".join([chunk.delta async for chunk in await model.astream_chat(ask(CONTACT_PROMPT))])
        self.assertEqual(text, CONTACT_ANSWER)
        with self.assertRaises(openai.ConflictError):
            await model.achat(ask(INJECTION))


Unoffered = not_offered("models", reason="the library does not list models")
