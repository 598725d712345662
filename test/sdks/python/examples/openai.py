from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:41002/v1", api_key="unused")

answer = client.chat.completions.create(
    model="sim",
    messages=[{"role": "user", "content": "How can I contact support?"}],
)
print(answer.choices[0].message.content)
