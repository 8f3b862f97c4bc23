"""What is JSON and what is not, by kind of fault, as the value of a field of a campaign log.

After the cases of JSONTestSuite (Nicolas Seriot, "Parsing JSON is a minefield").
"""

from tracking_pipeline_tests.sources.intake_case import campaign, line

_MARK = b'"the value of this case"'
# Where values of a sort stand in a record; only a right one is accepted there.
_SLOTS = {
    "number": "generation_output__message_quality_score",
    "text": "generation_output__messaging_angle",
    "section": "message_analysis",
}

VALID = {
    "number": [
        *(b"0", b"-0", b"70", b"70.5", b"-1.5", b"0.0", b"1e1", b"1E+2", b"1e-3", b"0e1"),
        *(b"123.456e2", b"1.0E0", b"999999.125", b"5e-324", b"20e-0"),
    ],
    "text": [
        *(b'""', b'"a"', b'"\\u00e9"', '"é"'.encode(), b'"\\ud83d\\ude00"', '"😀"'.encode()),
        *(b'"\\"\\\\\\/\\b\\f\\n\\r\\t"', b'"\\u0001"', b'"\x7f"', '"\u2028"'.encode()),
        *('"\ufeff"'.encode(), '"\uffff"'.encode(), b'"\\uFFFF"', b'"// no comment"'),
    ],
    "section": [
        *(b"{}", b'{"a": []}', b'{ "a" : [ 1 , 2 ] }', b'{"": 0}', b"null", b'{"a":{"b":[null]}}'),
        *(b"{\t}", b'{"a"\t:\r1}', b'{"a": [[], {}]}'),
    ],
}
INVALID = {
    "number": [
        *(b"070", b"-01", b"+1", b".5", b"1.", b"1.e1", b"1e", b"1e+", b"1eE2", b"0e", b"0x1F"),
        *(b"1_000", b"1 000", b"--1", b"-", b"1-2", b"NaN", b"nan", b"Infinity", b"-Infinity"),
        *(b"1e400", b"-1e400", b"9223372036854775808", "\uff11".encode(), "∞".encode(), b""),
        *(b"0.1.2", b"1a", b"[70]"),
    ],
    "text": [
        *(b"'a'", b'"a', b'a"', b'"\\x41"', b'"\\u12"', b'"\\uZZZZ"', b'"\\a"', b'"\\"', b'"\t"'),
        *(b'"\x01"', b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\u0041"', b'"\\u0000"', b'"\0"'),
        *(b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"'),
        *(b'"a" "b"', b"abc", b'"a\rb"'),
    ],
    "section": [
        *(
            b"{,}",
            b'{"a":1,}',
            b'{"a" 1}',
            b'{"a":}',
            b"{:1}",
            b"{1:1}",
            b'{"a":1 "b":2}',
            b"{a:1}",
        ),
        *(b'{"a":1,"a":2}', b"{'a':1}", b'{"a":[1,]}', b'{"a":[,1]}', b'{"a":[1 2]}', b'{"a":[}'),
        *(b"{a:1}", b'{"a":1 /**/}'),
        *(b"tru", b"True", b"undefined", b"/**/{}", b'{"a":/**/1}', b"{{}}", b"#{}", b"{\x0c}"),
        *(b'{"a"=1}', b"\xc2\xa0{}", b'{"a":' + b"[" * 70 + b"]" * 70 + b"}", b'{"a":1;}', b"{]"),
    ],
}


def record(sort: str, value: bytes, number: int) -> bytes:
    """One line, without its end, with ``value`` in the place for its sort."""
    whole = line(campaign(number, **{_SLOTS[sort]: _MARK[1:-1].decode()}))
    return whole.strip().replace(_MARK, value)
