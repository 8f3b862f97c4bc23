"""What may be told of an error of the database engine: it quotes the rows that it fails on."""

import duckdb

_WITHOUT_VALUES = (
    *(duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException),
    *(duckdb.IOException, duckdb.OutOfMemoryException, duckdb.PermissionException),
    *(duckdb.InterruptException, duckdb.TransactionException),
)


def without_values(error: Exception) -> str:
    """Return the words of ``error``, of one that may quote values its kind alone."""
    if isinstance(error, duckdb.Error) and not isinstance(error, _WITHOUT_VALUES):
        return f"{type(error).__name__}, whose words may quote the data and are withheld"
    return str(error)
