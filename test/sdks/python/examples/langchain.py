from langchain_openai import ChatOpenAI

chat = ChatOpenAI(model="sim", api_key="unused", base_url="http://127.0.0.1:41002/v1")

print(chat.invoke("How can I contact support?").content)
