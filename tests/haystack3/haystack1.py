"""Index and ask with the application's pipelines; run by the Python of Haystack 1.26: ``haystack1.py PIPELINE < what.json``.

It reads ``{"files": [...], "questions": [...]}`` and prints what was found for each question.
"""

import json
import sys

from needlepoint.pipelines import light_start
from needlepoint.pipelines.file import PipelineFile, run_pipeline


def _asked(output):
    return {
        "documents": [[document.id, document.score] for document in output["documents"]],
        "answers": [
            [
                answer.answer or None,
                answer.score,
                answer.document_ids or [],
                answer.offsets_in_document[0].start if answer.answer else None,
                answer.context,
            ]
            for answer in output["answers"]
        ],
    }


def main():
    light_start.allow()
    file, what = PipelineFile(sys.argv[1]), json.load(sys.stdin)
    if what["files"]:
        skipped = run_pipeline(file.load("indexing"), file_paths=what["files"]).get("skipped")
        assert not skipped, skipped
    if what["questions"]:
        query = file.load("query")
        print(json.dumps([_asked(run_pipeline(query, query=question)) for question in what["questions"]]))
    else:
        print("[]")


main()
