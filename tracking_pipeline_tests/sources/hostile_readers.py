"""Readers that misbehave, for the child process to hold."""

import os
import signal
import time

from tracking_pipeline.sources.strict import JsonValue

_seen: list[JsonValue] = []


def forever(_content: bytes) -> JsonValue:
    while True:
        pass


def without_measure(_content: bytes) -> JsonValue:
    return "x" * 2**30


def dies(_content: bytes) -> JsonValue:
    os.kill(os.getpid(), signal.SIGSEGV)
    return None


def breaks(content: bytes) -> JsonValue:
    return 1 // len(content)


def waits(_content: bytes) -> JsonValue:
    time.sleep(60)
    return None


def environment(_content: bytes) -> JsonValue:
    return list(os.environ)


def ends_its_parent(_content: bytes) -> JsonValue:
    os.kill(os.getppid(), signal.SIGKILL)
    return None


def processes(_content: bytes) -> JsonValue:
    return [os.getppid(), os.getpid()]


def seen_before(content: bytes) -> JsonValue:
    _seen.append(content.decode())
    return list(_seen)
