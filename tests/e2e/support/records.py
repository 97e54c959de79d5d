"""Notifications and envelopes in the form that the platform's services produce."""

import json
import uuid

TOPIC = "huleedu.teacher.notification.requested.v1"
OTHER_TOPIC = "huleedu.notification.teacher.requested.v1"


def notification(user, **fields):
    return {
        "teacher_id": user,
        "notification_type": "batch_ready",
        "category": "batch_progress",
        "priority": "standard",
        "payload": {"text": "größer, 東京 \U0001f642"},
        "action_required": False,
        "deadline_timestamp": None,
        "correlation_id": str(uuid.uuid4()),
        "batch_id": None,
        "class_id": None,
        "student_id": None,
        "timestamp": "2026-01-31T08:15:30Z",
    } | fields


def as_text(value):
    """JSON with unusual spacing, so that a parsed and rewritten copy is different."""
    return json.dumps(value, ensure_ascii=False, separators=(" , ", " :  "))


def envelope(data_text, topic=TOPIC, **fields):
    """An envelope that contains the notification's JSON byte for byte."""
    head = {
        "event_id": str(uuid.uuid4()),
        "event_type": topic,
        "event_timestamp": "2026-01-31T08:15:30.123456Z",
        "source_service": "batch_orchestrator",
        "schema_version": 1,
        "correlation_id": str(uuid.uuid4()),
        "metadata": None,
    } | fields
    return json.dumps(head)[:-1] + ', "data":  ' + data_text + "}"
