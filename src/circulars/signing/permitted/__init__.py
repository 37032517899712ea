"""Decides what an update of a PDF may change: signatures, time-stamps and their validation data, and nothing else.

Everything is an allow-list: an object or an entry that no rule names is a change to the letter.
"""

from circulars.revisions import Ref
from circulars.signing.permitted.catalog import review_catalog, review_pages
from circulars.signing.permitted.comparing import Review, Widget, text_of
from circulars.signing.permitted.form import review_form
from circulars.signing.permitted.store import review_store
from circulars.signing.permitted.tags import review_tags

__all__ = ["Review", "Widget", "apply_rules", "text_of"]


def apply_rules(review: Review) -> None:
    """Applies all rules. Objects that are afterwards not in ``allowed`` are changes."""
    root = review.new.root
    if not isinstance(root, Ref):
        return
    before, after = review.old.dictionary(root), review.new.dictionary(root)
    with review.judging(root):
        review_form(review, before.get("AcroForm"), after.get("AcroForm"))
    review_pages(review)
    review_tags(review)
    with review.judging(root):
        review_store(review, before.get("DSS"), after.get("DSS"))
    if root in review.revision.objects:
        with review.judging(root):
            review_catalog(review, root, before, after)
