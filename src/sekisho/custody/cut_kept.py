"""What the office keeps of its cuts, in the vault: the population, who is in each cut, and what leads back from its tokens."""

import polars as pl

from sekisho.custody.cut_keys import token_keys
from sekisho.custody.cut_record import CutField, CutRecord
from sekisho.custody.office import Office
from sekisho.cut.rejoin import Given
from sekisho.cut.tokens.given import GivenBlocks, GivenSerials
from sekisho.errors import NotFound, Unreadable
from sekisho.people.index import Index, decode_index
from sekisho.people.population import Population, count_by_kind, decode_population

POPULATION, INDEX, TOKENS = "population.age", "people.age", "tokens.age"


def load_population(office: Office) -> Population:
    """Return the office's population; empty before the first cut.

    Raises:
        Unreadable: it is damaged.
    """
    path = office.home.people / POPULATION
    return decode_population(office.vault.read(path)) if path.exists() else Population()


def load_given(office: Office, record: CutRecord, field: CutField) -> Given:
    """Return the tokens that a cut gave out in a field, with what leads back.

    Raises:
        NotFound: the map or key is gone.
        Unreadable: it is damaged.
    """
    if field.form == "token.aes":
        keys = token_keys(office, cut=record.id, recipient=record.recipient)
        if keys is None:
            raise NotFound("custody.vault_missing", path=office.home.cuts / record.id)
        return GivenBlocks(keys(field.name), load_cut_index(office, record).numbers())
    return GivenSerials(load_token_map(office, record))


def load_column(office: Office, record: CutRecord, field: CutField) -> pl.Series:
    """Return a column of a table that was cut, as it left.

    Raises:
        NotFound: the table is gone.
        Unreadable: it is damaged.
    """
    (file,) = (each for each in record.files if each.name == field.file)
    place = [each.name for each in record.leaving if each.file == field.file].index(field.name)
    path = office.home.cuts / record.id / file.stored
    data = office.vault.read(path)
    try:
        data.decode()
    except UnicodeDecodeError:
        data = data.decode("cp932").encode()  # the other of the two encodings that a purpose may ask for
    try:
        return pl.read_csv(data, columns=[place], infer_schema=False).to_series()
    except pl.exceptions.PolarsError:
        raise Unreadable("custody.vault_damaged", path=path) from None


def load_token_map(office: Office, record: CutRecord) -> pl.DataFrame:
    """Return the map of a cut's case numbers: ``number`` and ``token``.

    Raises:
        NotFound: it is gone.
        Unreadable: it is damaged.
    """
    data = office.vault.read(office.home.cuts / record.id / TOKENS)
    try:
        return pl.read_csv(data, schema={"number": pl.UInt32, "token": pl.String})
    except pl.exceptions.PolarsError:
        raise Unreadable("custody.vault_damaged", path=office.home.cuts / record.id / TOKENS) from None


def count_by_kind_of_key(office: Office, index: Index) -> dict[str, int]:
    """Return how many of the people of an index are known by each kind of key, kind id → people.

    Raises:
        Unreadable: the population is damaged, gone, or an older one.
    """
    path = office.home.people / POPULATION
    data = office.vault.read(path) if path.exists() else Population().encode()
    return count_by_kind(data, index.numbers())


def load_cut_index(office: Office, record: CutRecord) -> Index:
    """Return who is in a cut.

    Raises:
        Unreadable: it is damaged, or not the one that was made with the cut.
    """
    index = decode_index(office.vault.read(office.home.cuts / record.id / INDEX))
    if index.digest().hex() != record.index_sha256:
        raise Unreadable("people.damaged_index")
    return index
