"""Errors that a person can act on: each class is a situation, each message a sentence."""


class GridbookError(Exception):
    """A situation told in one sentence, with what was kept and what to do next."""

    def __init__(self, message: str, *, kept: str = "", next: str = "") -> None:  # noqa: A002 - the contract's word
        super().__init__(message)
        self.message = message
        self.kept = kept
        self.next = next

    @property
    def situation(self) -> str:
        """The class name, which commands print as `error`."""
        return type(self).__name__

    def sentence(self) -> str:
        """What happened, what was kept and what to do next, as one line."""
        return " ".join(part for part in (self.message, self.kept, self.next) if part)


class NotAllowed(GridbookError):
    """The rules of the record or the desk do not permit this act now."""


class NotFound(GridbookError):
    """Nothing in this book answers to that number or name."""


class BadValue(GridbookError):
    """A field holds something that cannot be kept."""

    def __init__(self, field: str, message: str, *, next: str = "") -> None:  # noqa: A002 - the contract's word
        super().__init__(message, next=next)
        self.field = field


class BadDoor(BadValue):
    """The door as typed does not exist in the building's pattern."""


class BadWording(BadValue):
    """A sentence names what the book never records; `offer` says the same as a service."""

    def __init__(self, field: str, message: str, *, next: str = "", offer: str = "") -> None:  # noqa: A002 - the contract's word
        super().__init__(field, message, next=next)
        self.offer = offer


class BookError(GridbookError):
    """Something about the book itself keeps it from opening or writing."""


class WrongPassphrase(BookError):
    """The passphrase does not open this book."""


class WaitBeforeNextTry(BookError):
    """Too many wrong passphrases; the next try has to wait."""


class BookIsNewer(BookError):
    """The book was written by a newer program."""


class BookInUse(BookError):
    """Another window or command holds the book."""


class BookMissing(BookError):
    """There is no book at that place."""


class BookExists(BookError):
    """There is a book at that place already."""


class BookDamaged(BookError):
    """The book on disk is not what was written."""


class BackupTorn(BookError):
    """The backup is not whole, or is none."""


class BookNotEncrypted(BookError):
    """The file is not encrypted, so it is not opened."""


class PlaceReadOnly(BookError):
    """The folder cannot be written to."""


class DiskFull(BookError):
    """The disk has no room left for what was to be written."""


class EngineTooOld(BookError):
    """The SQLite or SQLCipher that came with the program is not one that keeps books safely."""


class ServerLost(BookError):
    """The office's server cannot be reached, or the way to it broke off."""


class ServerBusy(BookError):
    """Another desk of the office holds the server's book longer than one waits."""


class ServerRefused(BookError):
    """The server is not one that keeps a book safely, or lets nobody work on it."""


class CopyDiffers(BookError):
    """What arrived on the server is not what the book holds, so nothing was switched."""

    comparison: object = None
    """Both sides line by line, for whoever prints the report."""


class BundleError(GridbookError):
    """Something about a file from a stick."""


class NotABundle(BundleError):
    """The file is not a bundle or was cut or altered on its way."""


class BundleTorn(NotABundle):
    """The bundle was cut off or altered, so nothing was taken from it."""


class NotAddressedHere(BundleError):
    """The bundle is for another office."""


class UnknownSender(BundleError):
    """Nobody in the roster signed this bundle."""


class BundleIsNewer(BundleError):
    """The bundle was written in a form this program does not know."""


class BundleTooLarge(BundleError):
    """The bundle claims sizes that no honest bundle has."""


class StickFull(BundleError):
    """The stick has no room for the bundle."""


class StickMissing(BundleError):
    """The stick folder is not there or was pulled out."""


class NotJoined(BundleError):
    """This station was not admitted by the office above yet."""


class PracticeIsNotReal(BundleError):
    """Practice work and real work never meet."""


class RegisterError(GridbookError):
    """Something about an old register that was to be loaded."""


class NotARegister(RegisterError):
    """The file is no table that can be read safely."""


class RegisterTooLarge(RegisterError):
    """The file holds more than a register ever does, or takes too long to read."""


class RowsAreWrong(RegisterError):
    """Some rows cannot be kept as they are, so none was."""


class PrintRefused(GridbookError):
    """The sheet cannot be printed as it is."""
