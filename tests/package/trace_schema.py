"""Parses the spans that the integration and end-to-end tests of tracing export with OpenTelemetry's published schema.

    tests/package/trace_schema.py BUILD_FOLDER

The schema is the package opentelemetry-proto, which is installed into a virtual environment under HERMOD_CACHE. OTLP/JSON
differs from protobuf's JSON only in the ids: they are hexadecimal in OTLP/JSON and base64 in protobuf's JSON.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile

PACKAGES = ["opentelemetry-proto==1.27.0", "protobuf<5"]
HERE = os.path.dirname(os.path.abspath(__file__))
IDS = ("traceId", "spanId", "parentSpanId")


def environment_python():
    cache = os.environ.get("HERMOD_CACHE") or os.path.expanduser("~/.cache/hermod")
    folder = os.path.join(cache, "opentelemetry-proto")
    python = os.path.join(folder, "bin", "python")
    done = os.path.join(folder, "installed")
    if not os.path.exists(done):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        with open(done, "w", encoding="utf-8") as mark:
            mark.write("\n".join(PACKAGES))
    return python


def ids_as_base64(value):
    if isinstance(value, list):
        return [ids_as_base64(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64encode(bytes.fromhex(one)).decode() if name in IDS else ids_as_base64(one)
        for name, one in value.items()
    }


def check_span(span):
    assert len(span.trace_id) == 16 and any(span.trace_id), span
    assert len(span.span_id) == 8 and any(span.span_id), span
    assert len(span.parent_span_id) in (0, 8), span
    assert span.name and 1 <= span.kind <= 5, span
    assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
    for attribute in span.attributes:
        assert attribute.key and attribute.value.WhichOneof("value"), span
    for link in span.links:
        assert len(link.trace_id) == 16 and len(link.span_id) == 8, span


def check_requests(path):
    from google.protobuf import json_format
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans = linked = attributed = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            # An unknown field is an error, because a collector would ignore it.
            request = json_format.ParseDict(ids_as_base64(json.loads(line)), ExportTraceServiceRequest())
            for resource in request.resource_spans:
                names = [one.value.string_value for one in resource.resource.attributes if one.key == "service.name"]
                assert names == ["websocket_service"], names
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        check_span(span)
                        spans += 1
                        linked += len(span.links)
                        attributed += len(span.attributes)
    assert spans and linked and attributed, (spans, linked, attributed)
    print(f"{spans} spans match the published schema")


def main():
    if sys.argv[1] == "--check":
        check_requests(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as scratch:
        requests = os.path.join(scratch, "requests")
        subprocess.run(
            [os.path.join(sys.argv[1], "tests", "integration_tests"), "--gtest_brief=1", "--gtest_filter=OtlpTracerTest.*"],
            env=os.environ | {"HERMOD_TRACE_REQUESTS": requests},
            check=True,
        )
        subprocess.run(
            [sys.executable, os.path.join(HERE, "..", "e2e", "run.py"), "-k", "test_traces"],
            env=os.environ | {"HERMOD_TRACE_REQUESTS": requests, "HERMOD_BINARY": os.path.join(sys.argv[1], "hermod")},
            check=True,
        )
        subprocess.run([environment_python(), __file__, "--check", requests], check=True)


if __name__ == "__main__":
    main()
