"""A tree of plain values as a YAML file."""

import yaml as pyyaml


class _Dumper(pyyaml.SafeDumper):  # its C sibling writes a sign such as 🏆 as \U0001F3C6
    """Writes what stands in two places twice: a reader needs no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - asked of every value
        return True


def yaml(tree: object) -> bytes:
    """Return mappings, lists, texts, numbers and None as UTF-8 YAML, keys in their order.

    Every text is read again as that text: ``yes``, ``12:30`` and ``010`` stand in quotes.
    """
    written: str = pyyaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return written.encode()
