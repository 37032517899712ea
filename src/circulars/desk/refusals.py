"""What the desk answers to a request that it refuses: a status, the fact and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from circulars.desk.phrases import marked


@dataclass(frozen=True, slots=True)
class DeskRefusal:
    """A status with the fact and the remedy, both in the language of the program and marked for translation."""

    status: HTTPStatus
    fact: str
    remedy: str


class RefusedError(Exception):
    """A request is refused; nothing has changed. ``place`` is what it is about, such as a letter's name."""

    def __init__(self, refusal: DeskRefusal, place: str = "") -> None:
        super().__init__(refusal.fact)
        self.refusal, self.place = refusal, place


OTHER_HOST: Final = DeskRefusal(
    HTTPStatus.MISDIRECTED_REQUEST,
    marked("The desk does not answer under this name."),
    marked("Open the address that “circulars desk” shows."),
)
USED_LINK: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("This link is wrong, or it was used already: it works once."),
    marked("End the desk with Ctrl-C, start it again, and open the new link."),
)
NO_SESSION: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("This browser has not opened the desk's link, or the desk was started again since."),
    marked("Open the link that “circulars desk” shows."),
)
NOT_BY_PROXY: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("The desk answers only to its proxy, and this request comes from another address."),
    marked("Open the address that “circulars desk” shows."),
)
NOT_NAMED: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("The proxy does not say who you are, or says it twice."),
    marked("Ask whoever runs the web server to set this header, once, for everybody who has signed in."),
)
NOT_SIGNED_IN: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("You are not signed in, or your session has ended."),
    marked("Sign in: in another window, if a text of this page is not saved."),
)
WRONG_SIGN_IN: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("This answer does not belong to a sign-in of this browser, or came too late. You are not signed in."),
    marked("Sign in again."),
)
DECLINED: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("The provider did not sign you in."),
    marked("Sign in again, or ask whoever runs the provider."),
)
WRONG_TOKEN: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("What the provider says of you cannot be trusted. You are not signed in."),
    marked("Ask whoever keeps “desk.yaml” to compare it with the settings of the provider."),
)
NOT_CONFIRMED_EMAIL: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("The provider has not confirmed that this e-mail address is yours."),
    marked("Confirm the address at the provider, or ask whoever keeps “desk.yaml” to use another claim."),
)
NO_PROVIDER: Final = DeskRefusal(
    HTTPStatus.BAD_GATEWAY,
    marked("The provider that knows you does not answer as it should."),
    marked("Try again in a while, or ask whoever keeps “desk.yaml”."),
)
UNKNOWN_PERSON: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("You are not among the people of this desk."),
    marked("Ask whoever keeps “desk.yaml” to add you."),
)
NO_SETTINGS: Final = DeskRefusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    marked("“desk.yaml” has problems, so that the desk does not know who may use it."),
    marked("Correct the file: start the desk again to see what is wrong. What you typed stays in the page."),
)
NOT_ALLOWED: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("Your role does not allow this. Nothing was changed."),
    marked("Ask whoever keeps “desk.yaml” for another role."),
)
NOT_YOUR_LANGUAGE: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("You write in other languages. Nothing was changed."),
    marked("Ask an editor to change this text."),
)
NOT_YOUR_STEP: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("Somebody else made the last change of this letter, and you can undo only your own. Nothing was changed."),
    marked("Ask this person to undo it, or write the text as it is to be."),
)
OTHER_SITE: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("Another site has sent this form. Nothing was changed."),
    marked("Use the pages of the desk itself."),
)
OLD_FORM: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("This page is from before the desk was started again. Nothing was changed."),
    marked("Copy what you typed, load the page again, and paste it there."),
)
TOO_LARGE: Final = DeskRefusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    marked("This is too much for one text. Nothing was changed."),
    marked("Divide the text. A letter may have a megabyte."),
)
FILE_TOO_LARGE: Final = DeskRefusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    marked("This file is too large to be a letter. No file was written."),
    marked("Choose the YAML file of a letter. It may have a megabyte."),
)
NO_UPLOAD: Final = DeskRefusal(
    HTTPStatus.BAD_REQUEST,
    marked("No file was chosen. No file was written."),
    marked("Choose the YAML file of a letter."),
)
NOT_FILED: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("This file cannot become a letter of the folder. No file was written."),
    marked("Do as the problem says, then choose the file again."),
)
WRONG_FORM: Final = DeskRefusal(
    HTTPStatus.BAD_REQUEST,
    marked("The form lacks something, or has what no page of the desk sends. Nothing was changed."),
    marked("Load the page again."),
)
NO_LETTER: Final = DeskRefusal(
    HTTPStatus.NOT_FOUND,
    marked("There is no such letter: perhaps its file was deleted or got another name."),
    marked("Go back to the letters. Copy first what you typed, if it is not saved."),
)
NO_LANGUAGE: Final = DeskRefusal(
    HTTPStatus.NOT_FOUND,
    marked("The letter is not in this language."),
    marked("Load the page of the letter again."),
)
NOT_YAML: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The file of this letter cannot be read, so that its texts cannot be shown."),
    marked("Correct its source, or the file in an editor, then load this page again."),
)
NOT_TEXT: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The file of this letter is no text, so that its source cannot be shown. Nothing was changed."),
    marked("Replace the file by an earlier version, then load this page again."),
)
UNREADABLE_SOURCE: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("This cannot be read as YAML. It is kept as a draft, and the letter's file is as it was."),
    marked("Correct it as the problem says, then save it again. It is also shown here when you come back."),
)
CLASHING_SOURCE: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("The same lines were changed in the file meanwhile. What you typed is kept as a draft."),
    marked("Compare the lines below with yours, write what is right, and save it again."),
)
NO_PREVIEW: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The letter has problems, so that it cannot be shown yet."),
    marked("Solve the problems; then the letter is shown here."),
)
UNWRITTEN_LETTER: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("Some texts of the letter are not written yet, so that it cannot be shown."),
    marked("Write them; then the letter is shown here."),
)
NO_FILE: Final = DeskRefusal(
    HTTPStatus.NOT_FOUND,
    marked("There is no such file: the desk has not built it since it was started."),
    marked("Build the letter again."),
)
NO_PAGE: Final = DeskRefusal(HTTPStatus.NOT_FOUND, marked("There is no such page."), marked("Go back to the letters."))
WRONG_METHOD: Final = DeskRefusal(
    HTTPStatus.METHOD_NOT_ALLOWED,
    marked("This address does not answer such a request. Nothing was changed."),
    marked("Go back to the letters."),
)
NOTHING_TO_UNDO: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("There is nothing to undo or to redo, or the file was changed by another program since."),
    marked("Load the page again to see the file as it is now."),
)
CONFLICT: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("This text was changed meanwhile. Your version is not saved."),
    marked("Compare the two versions and choose one."),
)
GONE_TEXT: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("This text is no longer in the letter. Your version is not saved."),
    marked("Copy your version, then load the page again."),
)
LOST_TEXT: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("The letter was changed before the desk was started. Your version is not saved."),
    marked("Copy your version, then load the page again."),
)
NOT_EDITED: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("This cannot be saved. Nothing was changed."),
    marked("Change the text as the problem says."),
)
MOVED_TEXT: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("The letter was changed meanwhile. Nothing was added, moved or removed."),
    marked("Go back to the letter, and do it again."),
)
NOT_ARRANGED: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("This cannot be done. Nothing was changed."),
    marked("Do as the problem says, or go back to the letter."),
)
CANNOT_TURN: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("This cannot be done with this paragraph, or something would be lost. Nothing was changed."),
    marked("Go back to the letter, and look at what it has now."),
)
WRONG_TABLE: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("A table cannot have so many rows or columns. Nothing was changed."),
    marked("Type other numbers. Rows and columns can be added later, too."),
)
NOT_CONFIRMED: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The translation was not confirmed. Nothing was changed."),
    marked("Do as the problem says, then confirm it again."),
)
NOT_MADE: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The letter cannot be made. No file was written."),
    marked("Do as the problem says, or make another letter."),
)
NO_NUMBER: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The letter has no number, so that the next one is not known."),
    marked("Write its number first."),
)
NOT_BUILT: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("A letter with problems is not built. No file was written."),
    marked("Solve the problems, then build again."),
)
NO_VERSION: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("The version was not saved in git. The letter itself is saved."),
    marked("Do as the problem says, then save the version again."),
)
NO_NAME: Final = DeskRefusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    marked("Git does not know who you are, so that the version was not saved. The letter itself is saved."),
    marked("Type in a terminal: git config --global user.name “Your name”, and user.email with your address."),
)
NOTHING_NEW: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("The letter is as in its last version. No version was saved."),
    marked("Go back to the letter."),
)
NO_MESSAGE: Final = DeskRefusal(
    HTTPStatus.BAD_REQUEST,
    marked("The version has no message, or one that is too long. No version was saved."),
    marked("Say in a few words what changed."),
)
NOT_EMPTY: Final = DeskRefusal(
    HTTPStatus.CONFLICT,
    marked("This folder has files already. No file was written."),
    marked("Begin the desk in an empty folder, or put a letter into the folder “letters”."),
)
NOT_WRITTEN: Final = DeskRefusal(
    HTTPStatus.FORBIDDEN,
    marked("The files of this folder cannot be written. Nothing was changed."),
    marked("Do what the problem says, then try again."),
)
FAILED: Final = DeskRefusal(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    marked("The computer could not do this."),
    marked("Do what the problem says, then try again. What you typed is still in the page."),
)
