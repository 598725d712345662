import math
import unittest

import openai
from openai import AsyncOpenAI

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
    say,
    user,
)
from test_openai import THREE, sdk


class Failures(unittest.TestCase):
    def fails(self, expected, base, content, marker=None, **options):
        client = sdk(base, marker, **options)
        with self.assertRaises(expected) as caught:
            client.chat.completions.create(model=MODEL, messages=user(content))
        return caught.exception

    def breaks(self, base, content, marker):
        """The words before a stream breaks, and the error."""
        text = ""
        with self.assertRaises(openai.APIError) as caught:
            client = sdk(base, marker)
            for chunk in client.chat.completions.create(model=MODEL, messages=user(content), stream=True):
                text += chunk.choices[0].delta.content or ""
        return text, caught.exception

    def test_denial(self):
        """denial: a ConflictError with code and reason, sent once"""
        marker = Marker()
        error = self.fails(openai.ConflictError, MAIN, INJECTION, marker)
        self.assertEqual((error.code, error.type), ("input_blocked", "policy_violation"))
        self.assertEqual(error.request_id, marker.name)
        self.assertIn("prompt injection", error.message)
        self.assertEqual(marker.counts(), (1, 0))

    def test_denial_status(self):
        """denial: another class where denial_status says so, sent once"""
        for base, expected in ((DENIAL_400, openai.BadRequestError), (DENIAL_403, openai.PermissionDeniedError)):
            marker = Marker()
            error = self.fails(expected, base, PERSONAL, marker)
            self.assertEqual(error.code, "input_blocked")
            self.assertEqual(marker.counts(), (1, 0))

    def test_denial_stream(self):
        """denial: within a stream an APIError after the words that were let go, the provider cut off"""
        marker = Marker()
        text, error = self.breaks(DENIAL_400, f"{CONTACT_PROMPT} #sim gap=40", marker)
        self.assertEqual(error.code, "output_blocked")
        self.assertEqual(text.rstrip(), "You can reach our support team at")
        marker.wait_until_cancelled()

    def test_upstream_errors(self):
        """upstream errors: each status is its class, with the provider's message and id"""
        classes = {
            400: openai.BadRequestError,
            401: openai.AuthenticationError,
            403: openai.PermissionDeniedError,
            404: openai.NotFoundError,
            422: openai.UnprocessableEntityError,
            429: openai.RateLimitError,
            500: openai.InternalServerError,
            502: openai.InternalServerError,
            503: openai.InternalServerError,
            504: openai.InternalServerError,
        }
        for status, expected in classes.items():
            error = self.fails(expected, SCRIPTED, f"#sim status={status}", max_retries=0)
            self.assertIs(type(error), expected)
            self.assertEqual(error.status_code, status)
            self.assertIn(f"Simulated error {status}", error.message)
            self.assertRegex(error.request_id, "^req_sim")

    def test_retry_after(self):
        """upstream errors: Retry-After arrives"""
        error = self.fails(openai.RateLimitError, SCRIPTED, "#sim status=429 retry-after=7", max_retries=0)
        self.assertEqual(error.response.headers["retry-after"], "7")

    def test_no_route(self):
        """gateway errors: an unknown path is a NotFoundError, sent once"""
        marker = Marker()
        with self.assertRaises(openai.NotFoundError) as caught:
            sdk(MAIN, marker).moderations.create(input="hi")
        self.assertEqual(caught.exception.code, "no_route")
        self.assertEqual(marker.counts(), (1, 0))

    def test_too_large(self):
        """gateway errors: a body too large is 413, sent once"""
        marker = Marker()
        error = self.fails(openai.APIStatusError, MAIN, LONG, marker)
        self.assertEqual((error.status_code, error.code), (413, "request_too_large"))
        self.assertEqual(marker.counts(), (1, 0))

    def test_cut(self):
        """gateway errors: an answer cut off is a 502 InternalServerError"""
        error = self.fails(openai.InternalServerError, SCRIPTED, "#sim cut=1", max_retries=0)
        self.assertEqual((error.status_code, error.code), (502, "upstream_cut_off"))

    def test_retries(self):
        """retries: twice more for 429 and 503, never for 401"""
        asked = []
        for status in (429, 503, 401):
            marker = Marker()
            self.fails(openai.APIStatusError, SCRIPTED, f"#sim status={status}", marker)
            asked.append(marker.counts()[1])
        self.assertEqual(asked, [3, 3, 1])

    def test_retry_helps(self):
        """retries: a provider that fails once is asked again, and answers"""
        marker = failing_once()
        answer = sdk(SCRIPTED, marker).chat.completions.create(model=MODEL, messages=user(say("Yes.")))
        self.assertEqual(answer.choices[0].message.content, "Yes.")
        self.assertEqual(marker.counts(), (2, 2))

    def test_mid_stream(self):
        """mid-stream error: an APIError with its code, asked once"""
        for directive, code in (
            ("error=3", "simulated"),
            ("cut=3", "upstream_cut_off"),
            ("reset=3", "upstream_cut_off"),
        ):
            marker = Marker()
            text, error = self.breaks(SCRIPTED, f'#sim say="One two three four." {directive} gap=40', marker)
            self.assertEqual(error.code, code)
            self.assertTrue(text.startswith("One"))
            self.assertEqual(marker.counts(), (1, 1))

    def test_mid_stream_responses(self):
        """mid-stream error: in the Responses API and the stream helper too"""
        prompt = '#sim say="One two three four." error=3 gap=40'
        client = sdk(SCRIPTED)
        with self.assertRaises(openai.APIError):
            with client.chat.completions.stream(model=MODEL, messages=user(prompt)) as stream:
                stream.get_final_completion()
        with self.assertRaises((openai.APIError, RuntimeError)):
            with client.responses.stream(model=MODEL, input=prompt) as stream:
                stream.get_final_response()

    def test_abort(self):
        """abort: closing a stream cancels the provider"""
        marker = Marker()
        prompt = user("#sim events=1000 gap=20")
        with sdk(SCRIPTED, marker).chat.completions.create(model=MODEL, messages=prompt, stream=True) as stream:
            next(iter(stream))
        marker.wait_until_cancelled()

    def test_timeout(self):
        """timeout: an APITimeoutError, and the provider is cancelled"""
        marker = Marker()
        self.fails(openai.APITimeoutError, SCRIPTED, "#sim delay=60000", marker, timeout=0.5, max_retries=0)
        marker.wait_until_cancelled()


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    def sdk(self, base, marker):
        return AsyncOpenAI(base_url=f"{base}/v1", api_key="of-the-app", default_headers=marker.headers)

    async def test_calls(self):
        """async: chat, a stream, its helper, embeddings and responses"""
        async with self.sdk(MAIN, Marker()) as client:
            chat = await client.chat.completions.create(model=MODEL, messages=user(THREE))
            stream = await client.chat.completions.create(model=MODEL, messages=user(CONTACT_PROMPT), stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            async with client.chat.completions.stream(model=MODEL, messages=user(THREE)) as helper:
                final = await helper.get_final_completion()
            vectors = await client.embeddings.create(model=MODEL, input="one")
            response = await client.responses.create(model=MODEL, input=THREE)
        self.assertEqual(chat.choices[0].message.content, "One two three.")
        self.assertEqual(text, CONTACT_ANSWER)
        self.assertEqual(final.choices[0].message.content, "One two three.")
        self.assertAlmostEqual(math.hypot(*vectors.data[0].embedding), 1, places=5)
        self.assertEqual(response.output_text, "One two three.")

    async def test_denial(self):
        """async: a denial is a ConflictError, sent once"""
        marker = Marker()
        async with self.sdk(MAIN, marker) as client:
            with self.assertRaises(openai.ConflictError):
                await client.chat.completions.create(model=MODEL, messages=user(INJECTION))
        self.assertEqual(marker.counts(), (1, 0))

    async def test_abort(self):
        """async: closing a stream cancels the provider"""
        marker = Marker()
        async with self.sdk(SCRIPTED, marker) as client:
            prompt = user("#sim events=1000 gap=20")
            stream = await client.chat.completions.create(model=MODEL, messages=prompt, stream=True)
            async with stream:
                await anext(aiter(stream))
            marker.wait_until_cancelled()
