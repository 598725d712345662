import unittest

import anthropic
from anthropic import Anthropic, AsyncAnthropic, NotFoundError

from stage import MAIN, MODEL, Marker, not_offered, not_served, user

CALL = {"model": MODEL, "max_tokens": 100, "messages": user("hello")}


class Refusals(unittest.TestCase):
    def is_refused(self, call):
        """The library's class with the gateway's words, and one call at the gateway."""
        marker = Marker()
        with self.assertRaises(NotFoundError) as caught:
            call(Anthropic(base_url=MAIN, api_key="of-the-app", default_headers=marker.headers))
        self.assertIn("nothing is served at", caught.exception.message)
        self.assertIn("/v1/messages", caught.exception.message)
        seen = marker.seen()
        self.assertEqual([(one["status"], one["code"]) for one in seen["gateway"]], [(404, "no_route")])
        self.assertEqual(seen["upstream"], [])

    def test_messages(self):
        """gateway errors: messages are refused as a NotFoundError that says why, sent once"""
        self.is_refused(lambda client: client.messages.create(**CALL))

    def test_stream(self):
        """gateway errors: so are streams, by both ways to ask for one"""

        def helper(client):
            with client.messages.stream(**CALL) as stream:
                stream.get_final_message()

        self.is_refused(lambda client: list(client.messages.create(**CALL, stream=True)))
        self.is_refused(helper)

    def test_count(self):
        """gateway errors: so is the counting of tokens"""
        self.is_refused(lambda client: client.messages.count_tokens(model=MODEL, messages=user("hello")))

    def test_models(self):
        """models: the configured one is listed"""
        client = Anthropic(base_url=MAIN, api_key="of-the-app")
        self.assertEqual([one.id for one in client.models.list()], [MODEL])


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_messages(self):
        """async: refused alike"""
        async with AsyncAnthropic(base_url=MAIN, api_key="of-the-app") as client:
            with self.assertRaises(anthropic.NotFoundError) as caught:
                await client.messages.create(**CALL)
        self.assertIn("nothing is served at", caught.exception.message)


Unserved = not_served(
    "chat",
    "stream",
    "stream helper",
    "stream usage",
    "tools",
    "structured output",
    "redaction",
    "denial",
    "upstream errors",
    "retries",
    "mid-stream error",
    "abort",
    "timeout",
    reason="the gateway has no `/v1/messages` yet and says so with 404 `no_route`",
)
Unoffered = not_offered("embeddings", "responses", "completions", reason="Anthropic's API has no such thing")
