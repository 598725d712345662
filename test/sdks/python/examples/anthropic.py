from anthropic import Anthropic, NotFoundError

client = Anthropic(base_url="http://127.0.0.1:41002", api_key="unused")

try:
    client.messages.create(
        model="sim",
        max_tokens=100,
        messages=[{"role": "user", "content": "How can I contact support?"}],
    )
except NotFoundError as error:
    print(error.message)  # nothing is served at "/v1/messages"
