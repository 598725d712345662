"""The HTTP interface of the Presidio analyzer, as its own image serves it, over any spaCy model: serve.py PORT MODEL."""

import sys

from flask import Flask, jsonify, request
from presidio_analyzer import AnalyzerEngine, AnalyzerRequest, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

port, model = int(sys.argv[1]), sys.argv[2]
nlp = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
nlp_engine = NlpEngineProvider(nlp_configuration=nlp).create_engine()
engine = AnalyzerEngine(nlp_engine=nlp_engine, supported_languages=["en"])
batch_engine = BatchAnalyzerEngine(engine)
app = Flask(__name__)


@app.get("/health")
def health():
    return "up"


@app.get("/supportedentities")
def supported_entities():
    return jsonify(engine.get_supported_entities(request.args.get("language")))


@app.post("/analyze")
def analyze():
    asked = AnalyzerRequest(request.get_json())
    if not asked.text or not asked.language:
        raise ValueError("No text or no language provided")
    engine.get_supported_entities(asked.language)
    is_batch = isinstance(asked.text, list)
    texts = asked.text if is_batch else [asked.text]
    found = batch_engine.analyze_iterator(
        texts=texts,
        batch_size=len(texts),
        language=asked.language,
        score_threshold=asked.score_threshold,
        entities=asked.entities,
        return_decision_process=asked.return_decision_process,
    )
    lists = [
        [{k: v for k, v in one.to_dict().items() if k != "recognition_metadata"} for one in matches]
        for matches in found
    ]
    return jsonify(lists if is_batch else lists[0])


@app.errorhandler(Exception)
def failed(error):
    return jsonify(error=str(error)), 500


app.run(host="127.0.0.1", port=port, threaded=True)
