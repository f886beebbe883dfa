"""Every command of the program, once: bindings, hint bar, help screen and command palette are made from this table.

A command's `id` is `<screen>.<name>` and never changes: a user's key map names commands by it. The screen it belongs
to has a method `action_<name>`, with `-` as `_`. `keys` are Textual's key names. `hint` is the word in the hint bar;
commands without one are not shown there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do."""

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    hint: str = ""

    @property
    def action(self) -> str:
        """The name of the method that does it, without `action_`."""
        return self.id.partition(".")[2].replace("-", "_")

    @property
    def scope(self) -> str:
        """The screen it belongs to; `app` is everywhere."""
        return self.id.partition(".")[0]


def _table(scope: str, group: str, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> Iterator[Command]:
    for name, keys, title, *hint in rows:
        yield Command(f"{scope}.{name}", tuple(keys.split()), title, group, *hint)


_LIST: Final = (
    ("up", "up", "To the one above"),
    ("down", "down", "To the one below"),
    ("page-up", "pageup", "One page up"),
    ("page-down", "pagedown", "One page down"),
)
"""How the cursor moves in a list while the field above it has the keys."""

COMMANDS: Final[tuple[Command, ...]] = (
    *_table(
        "app",
        "Program",
        ("help", "f1 question_mark", "Show the keys of this screen", "help"),
        ("palette", "ctrl+p", "Search all commands", "commands"),
        ("theme", "f9", "To the next look: dark, light, high contrast, for colour-blind eyes"),
        ("redraw", "shift+f9 f21", "Draw the screen anew, when something else has written on it"),
        ("adjudicate", "shift+f2 f14", "Adjudicate: settle what annotators differ on"),
        ("feedback", "shift+f3 f15", "See where gold differs from what you said, and why"),
        ("agreement", "shift+f6 f18", "Agreement: how far annotators agree, and what they differ on"),
        ("people", "shift+f5 f17", "People: who works on the project, and what each may do"),
        ("quit", "ctrl+q", "Leave the program; everything is saved already", "quit"),
    ),
    *_table(
        "annotate",
        "Move",
        ("left", "left", "To the word on the left"),
        ("right", "right", "To the word on the right"),
        ("up", "up", "One line up"),
        ("down", "down", "One line down"),
        ("left-cluster", "ctrl+left", "One letter to the left"),
        ("right-cluster", "ctrl+right", "One letter to the right"),
        ("left-clitic", "alt+left", "One clitic step to the left, inside the word"),
        ("right-clitic", "alt+right", "One clitic step to the right, inside the word"),
        ("next-sentence", "ctrl+down", "To the next sentence"),
        ("previous-sentence", "ctrl+up", "To the previous sentence"),
        ("line-start", "home", "To the start of the line"),
        ("line-end", "end", "To the end of the line"),
        ("page-up", "pageup", "One page up"),
        ("page-down", "pagedown", "One page down"),
        ("text-start", "ctrl+home", "To the start of the text"),
        ("text-end", "ctrl+end", "To the end of the text"),
        ("next-word", "", "To the next word in reading order"),
        ("previous-word", "", "To the previous word in reading order"),
        ("letters", "grave_accent", "Move with h j k l w b 0 $ as in vi, or label with them again"),
    ),
    *_table(
        "annotate",
        "Select",
        ("extend-left", "shift+left", "Extend the selection by the word on the left"),
        ("extend-right", "shift+right", "Extend the selection by the word on the right"),
        ("extend-up", "shift+up", "Extend the selection one line up"),
        ("extend-down", "shift+down", "Extend the selection one line down"),
        ("extend-left-cluster", "ctrl+shift+left", "Extend the selection one letter to the left"),
        ("extend-right-cluster", "ctrl+shift+right", "Extend the selection one letter to the right"),
        ("extend-left-clitic", "alt+shift+left", "Extend the selection one clitic step to the left"),
        ("extend-right-clitic", "alt+shift+right", "Extend the selection one clitic step to the right"),
        ("mark", "v", "Start or end a selection that follows the caret", "mark"),
        ("select-sentence", "s", "Select the sentence"),
        ("cancel", "escape", "Drop the selection, the mark or the search"),
    ),
    *_table(
        "annotate",
        "Label",
        ("pick-label", "enter", "Choose a label from a list", "label"),
        ("delete", "delete backspace x", "Delete the current annotation", "delete"),
        ("undo", "u ctrl+z", "Undo", "undo"),
        ("redo", "U ctrl+y", "Redo", "redo"),
        ("repeat", "apostrophe quotation_mark", "Do the last edit again here: label, link, value, flag, note"),
    ),
    *_table(
        "annotate",
        "Annotations",
        ("next-annotation", "tab", "To the next annotation", "next"),
        ("previous-annotation", "shift+tab", "To the previous annotation"),
        ("cycle", "space", "To the next of the annotations stacked under the caret"),
        ("end-forward", "right_square_bracket", "Move the end of the annotation one word forward", "resize"),
        ("end-back", "left_square_bracket", "Move the end of the annotation one word back"),
        ("start-forward", "right_curly_bracket", "Move the start of the annotation one word forward"),
        ("start-back", "left_curly_bracket", "Move the start of the annotation one word back"),
        ("end-forward-cluster", "greater_than_sign", "Move the end one letter forward"),
        ("end-back-cluster", "less_than_sign", "Move the end one letter back"),
        ("start-forward-cluster", "right_parenthesis", "Move the start one letter forward"),
        ("start-back-cluster", "left_parenthesis", "Move the start one letter back"),
    ),
    *_table(
        "annotate",
        "Link",
        ("arguments", "e", "Fill the roles of the current event", "roles"),
        ("copy-arguments", "ampersand", "Give the event the arguments of another one on screen"),
        ("relation", "i", "Relate the annotation to another one", "relate"),
        ("chain", "equals_sign", "Say which mentions speak of the same thing"),
        ("chain-next", "plus", "To the next mention of the same thing"),
        ("attributes", "b", "Change the attributes of the annotation"),
        ("identify", "number_sign", "Link the entity to a knowledge base"),
        ("note", "semicolon", "Write a note on the annotation or the word, or change it"),
        ("another-note", "alt+semicolon", "Write one more note on the same"),
        ("flag", "exclamation_mark", "Flag the annotation for another look"),
        ("add-fragment", "vertical_line", "Make the selection a further fragment of an annotation"),
        ("remove-fragment", "backslash", "Take the fragment under the caret away"),
    ),
    *_table(
        "annotate",
        "Document and notes",
        ("document-labels", "percent_sign", "Label the whole document: genre, topic, whatever the schema has"),
        ("notes", "colon", "List all notes and flags, of this document or of all"),
        ("next-note", "full_stop", "To the next note or flag"),
        ("previous-note", "comma", "To the previous note or flag"),
    ),
    *_table(
        "annotate",
        "Find",
        ("find", "slash ctrl+f", "Find in the text", "find"),
        ("find-next", "n", "To the next hit"),
        ("find-previous", "N", "To the previous hit"),
    ),
    *_table(
        "annotate",
        "Screen",
        ("documents", "f2 ctrl+o", "Show all documents", "documents"),
        ("submit", "ctrl+s shift+f4 f16", "Submit the document: it is finished, and locked until reopened", "submit"),
        ("export", "f4", "Export this layer", "export"),
        ("lanes", "f5", "Show spans as bars under the line, or by colour only"),
        ("panel", "f6", "Show or hide the side panel"),
        ("previous-document", "f7", "Open the previous document"),
        ("next-document", "f8", "Open the next document"),
        ("harakat", "f10 ctrl+r", "Show or hide harakat"),
        ("controls", "f11 ctrl+b", "Show or hide bidi and other control characters"),
        ("copy", "ctrl+c", "Copy the selected text to the clipboard of the terminal"),
        ("guideline", "f3", "Read the guideline of the label under the caret"),
        ("schema", "f12", "Look through the label schema"),
        ("spacing", "ctrl+l", "More room between the lines, or none"),
        ("islands", "ctrl+t", "Show Latin words and numbers as they were typed, or by the Unicode rules alone"),
    ),
    *_table(
        "documents",
        "Documents",
        ("open", "enter", "Open the document", "open"),
        ("filter", "slash ctrl+f", "Filter by title or id", "filter"),
        ("sort", "o", "Sort by the next column", "sort"),
        ("by-state", "f", "Only documents in one state, or all", "state"),
        ("reopen", "r", "Reopen what somebody submitted, so that they can go on", "reopen"),
        ("import", "i", "Import files", "import"),
        ("export", "f4 e", "Export a layer of all documents", "export"),
        ("agreement", "g", "How far annotators agree"),
        ("undo", "u ctrl+z", "Undo"),
        ("redo", "U ctrl+y", "Redo"),
        ("back", "escape f2", "Back to the text", "back"),
    ),
    *_table(
        "annotate",
        "Find",
        ("concordance", "ctrl+g", "Search in all documents", "search"),
        ("everywhere", "asterisk", "Label the same thing everywhere"),
    ),
    *_table(
        "export",
        "Export",
        ("next-value", "right", "To the next value of the choice under the cursor"),
        ("previous-value", "left", "To the value before"),
        ("start", "ctrl+s", "Write the files"),
        ("back", "escape", "Stop the work; or back, with nothing written"),
    ),
    *_table(
        "import",
        "Import",
        ("complete", "tab", "Complete the path as far as only one way is left"),
        ("start", "ctrl+s", "Import what the path names, as Enter in its field does"),
        ("back", "escape", "Stop the work; or back, with nothing imported"),
    ),
    *_table(
        "concordance",
        "Hits",
        ("choose", "enter", "Open the hit; where all occurrences are shown, label those that are ticked", "choose"),
        ("tick", "space", "Tick the hit, or not", "tick"),
        ("tick-all", "ctrl+a", "Tick all hits, or none", "all"),
        ("pick-label", "f3", "Choose a label for the ticked hits; a label's key does it at once", "label"),
        ("delete", "x delete", "Delete the annotations on the ticked hits", "delete"),
        ("undo", "u ctrl+z", "Undo", "undo"),
        ("redo", "U ctrl+y", "Redo"),
        ("open", "ctrl+o", "Open the document at the hit"),
    ),
    *_table(
        "concordance",
        "Search",
        ("query", "slash ctrl+f", "Change what is searched for", "query"),
        ("scope", "f8", "Search in this document, or in all", "where"),
        ("words", "f5", "Search anywhere, whole words, or whole words with clitics", "words"),
        ("spelling", "f6", "All spellings, or exactly as typed"),
        ("regex", "f7", "A regular expression, or plain text"),
        ("by-label", "f4", "Search inside annotations of one label, or everywhere"),
        ("back", "escape f2", "Stop the search, or back to the text", "back"),
    ),
    *_table(
        "notes",
        "Notes and flags",
        ("open", "enter", "To the place of the note, in another document too", "open"),
        ("filter", "slash ctrl+f", "Filter by text, words, label or document", "filter"),
        ("flag", "exclamation_mark", "Flag it, or take the flag away", "flag"),
        ("delete", "x delete", "Delete the note with its flag", "delete"),
        ("undo", "u ctrl+z", "Undo", "undo"),
        ("redo", "U ctrl+y", "Redo"),
        ("back", "escape colon f2", "Back to the text", "back"),
        ("scope", "f8", "Those of this document, or of all", "where"),
        ("kind", "f5", "Notes and flags, flags only, or notes only", "kind"),
        ("edit", "semicolon", "Change the text of the note", "write"),
    ),
    *_table(
        "adjudicate",
        "Decide",
        ("take", "1 2 3 4 5 6 7 8 9", "Take the version of that number", "take"),
        ("take-this", "enter", "Take the version under the cursor"),
        ("nothing", "0", "Decide that there is nothing here", "nothing"),
        ("edit", "e", "Take the version under the cursor and edit gold by the keys of annotating, until Esc", "edit"),
        ("edit-only", "E", "Edit gold and take nothing first"),
        ("reason", "r", "Say why it, or the last one, was decided so", "reason"),
        ("note", "semicolon", "Write a note on the decision, with or without a reason"),
    ),
    *_table(
        "adjudicate",
        "Move",
        ("next-open", "n", "To the next open item; in the next document where none is left here", "next"),
        ("previous-open", "p", "To the previous open item"),
        ("next-item", "N", "To the next item, open or not"),
        ("previous-item", "P", "To the previous item, open or not"),
        ("item-left", "left", "To the item on the left"),
        ("item-right", "right", "To the item on the right"),
        ("version-up", "up", "Look at the version above"),
        ("version-down", "down space", "Look at the version below"),
        ("first-item", "home ctrl+home", "To the first item"),
        ("last-item", "end ctrl+end", "To the last item"),
        ("jump", "j slash ctrl+f", "To any item, decided or open: a list that typing narrows", "go to"),
        ("scroll-up", "pageup", "Scroll the text up"),
        ("scroll-down", "pagedown", "Scroll the text down"),
        ("switch", "tab shift+tab", "From the text to the list, or back"),
    ),
    *_table(
        "adjudicate",
        "Decide",
        ("undo", "u ctrl+z", "Undo, in whatever document it was", "undo"),
        ("redo", "U ctrl+y", "Redo"),
        ("take-back", "o", "Open a decided item again"),
        ("adopt", "a", "Take all that one annotator says on what is open here", "all of one"),
        ("merge", "m", "Let a rule decide: what enough people agree on", "merge"),
        ("stay", "k", "Go on to the next open item after a decision, or stay"),
    ),
    *_table(
        "adjudicate",
        "Queue and lists",
        ("filter", "f", "Filter by kind, label, annotator or agreement", "filter"),
        ("anonymise", "i", "Show annotators by name, or as letters that change from item to item"),
        ("late", "l", "What annotators changed since, and take it in"),
        ("queue", "w", "The documents to adjudicate, lowest agreement first", "queue"),
        ("next-document", "f8", "To the next document of the queue that is not done"),
        ("documents", "f2 ctrl+o", "Show all documents"),
        ("back", "escape", "Back to annotating"),
    ),
    *_table(
        "adjudicate",
        "Screen",
        ("guideline", "f3", "Read the guideline of the item's label"),
        ("lanes", "f5", "Show spans as bars under the line, or by colour only"),
        ("panel", "f6", "Show or hide the list of items"),
        ("harakat", "f10 ctrl+r", "Show or hide harakat"),
        ("controls", "f11 ctrl+b", "Show or hide bidi and other control characters"),
        ("schema", "f12", "Look through the label schema"),
        ("spacing", "ctrl+l", "More room between the lines, or none"),
        ("islands", "ctrl+t", "Show Latin words and numbers as they were typed, or by the Unicode rules alone"),
    ),
    *_table(
        "people",
        "People",
        ("add", "a insert", "Register somebody", "add"),
        ("role", "enter r", "Change what the person may do", "role"),
        ("remove", "x delete", "Keep the person out, or let them back in; the annotations stay", "out or in"),
        ("back", "escape f2", "Back", "back"),
    ),
    *_table(
        "queue",
        "Queue",
        ("open", "enter", "Adjudicate the document", "open"),
        ("filter", "slash ctrl+f", "Filter by title, id or people", "filter"),
        ("merge", "m", "Let a rule decide what is open, in all documents or in those listed", "merge"),
        ("undo", "u ctrl+z", "Undo, a merge of all documents as one step", "undo"),
        ("redo", "U ctrl+y", "Redo"),
        ("refresh", "r f5", "Look again", "refresh"),
        ("back", "escape w f2", "Stop merging; or all documents again; or back", "back"),
    ),
    *_table(
        "agreement",
        "Views",
        ("pairs", "1", "Annotators against each other"),
        ("labels", "2", "Each label by itself"),
        ("documents", "3", "Each document by itself, lowest agreement first"),
        ("gold", "4", "Each annotator against gold"),
        ("days", "5", "Agreement over time"),
        ("confusion", "6", "Which labels are taken for which, as a heat map"),
        ("whose", "w", "The confusion matrix of the next pair, or of all"),
        ("next-view", "tab", "To the next view", "view"),
        ("previous-view", "shift+tab", "To the view before"),
    ),
    *_table(
        "agreement",
        "Agreement",
        ("open", "enter", "List the differences behind the number", "differences"),
        ("next-measure", "n", "To the next measure", "measure"),
        ("previous-measure", "p", "To the measure before"),
        ("pick-measure", "m", "Choose a measure from the list of all", "all measures"),
        ("layers", "l", "Submitted layers only, or all layers", "layers"),
        ("excluded", "x", "Name what is left out, and say why", "left out"),
        ("recompute", "r f5", "Compute again", "again"),
        ("export", "f4 e", "Export the numbers as HTML, CSV or JSON", "export"),
        ("back", "escape f2", "Stop computing, or back", "back"),
    ),
    *_table(
        "differences",
        "Differences",
        ("open", "enter", "To the place: in adjudication, or in your own layer", "open"),
        ("adjudicate", "a", "Adjudicate the document at this place", "adjudicate"),
        ("next-document", "f8 n", "To the first difference in the next document", "next document"),
        ("back", "escape f2", "Stop looking, or back to the numbers", "back"),
    ),
    *_table(
        "feedback",
        "Feedback",
        ("open", "enter", "To the place in the text", "open"),
        ("back", "escape", "Back to the text", "back"),
    ),
    *_table(
        "guideline",
        "Guideline",
        ("next", "right tab", "The next label"),
        ("previous", "left shift+tab", "The label before"),
        ("up", "up", "One line up"),
        ("down", "down", "One line down"),
        ("page-up", "pageup", "One page up"),
        ("page-down", "pagedown", "One page down"),
        ("start", "home", "To the start of the text"),
        ("end", "end", "To the end of the text"),
        ("close", "escape f3 q enter", "Close"),
    ),
    *_table(
        "pick-label",
        "Choose a label",
        ("choose", "enter", "Label with the one under the cursor"),
        *_LIST,
        ("guideline", "f3", "Read the whole guideline of the one under the cursor"),
        ("close", "escape", "Close, and label nothing"),
    ),
    *_table(
        "schema",
        "Label schema",
        *_LIST,
        ("read-on", "ctrl+down", "Read one line on"),
        ("read-back", "ctrl+up", "Read one line back"),
        ("read-page-on", "ctrl+pagedown", "Read one page on"),
        ("read-page-back", "ctrl+pageup", "Read one page back"),
        ("close", "escape f12", "Close"),
    ),
    *_table(
        "palette",
        "Search all commands",
        ("choose", "enter", "Do what is under the cursor"),
        *_LIST,
        ("close", "escape", "Close, and do nothing"),
    ),
)

BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}


def commands_of(scope: str) -> list[Command]:
    """The commands of a screen, then those that are everywhere."""
    return [c for c in COMMANDS if c.scope == scope] + [c for c in COMMANDS if c.scope == "app"]


def key_map(commands: Iterable[Command], changed: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Command]:
    """Which key runs which of COMMANDS; the first to claim a key has it.

    CHANGED holds a user's own keys by command id.
    """
    found: dict[str, Command] = {}
    for command in commands:
        for key in (changed or {}).get(command.id, command.keys):
            found.setdefault(key, command)
    return found


def first_keys(keys: Mapping[str, Command]) -> dict[str, str]:
    """The first key of every command in KEYS (from `key_map`), by the command's id."""
    found: dict[str, str] = {}
    for key, command in keys.items():
        found.setdefault(command.id, key)
    return found
