from llama_index.llms.openai_like import OpenAILike

llm = OpenAILike(model="sim", api_key="unused", api_base="http://127.0.0.1:41002/v1", is_chat_model=True)

print(llm.complete("How can I contact support?").text)
