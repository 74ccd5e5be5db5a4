import { defaultKeymap } from '@codemirror/commands';
import { insertNewlineContinueMarkup, markdownLanguage } from '@codemirror/lang-markdown';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension, RangeSetBuilder } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { longestNotes } from '@diwan/protocol/vroom-document.ts';
import { tags } from '@lezer/highlight';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import * as Y from 'yjs';
import { directionOf } from './direction.ts';
import type { Copy } from './shared-copy.ts';

export interface NotesEditor {
  focus: () => void;
  setWritable: (writable: boolean) => void;
  /** Puts marks around what is selected, or takes them away: `**` for bold. */
  wrap: (mark: string) => void;
  /** Begins the lines that are selected with this, or no more: `- ` for a list. */
  prefix: (start: string) => void;
  close: () => void;
}

/** An editor of the notes as they are, for as long as it is open; what others write comes in as they write it. */
export function openEditor(
  parent: HTMLElement,
  { notes, awareness }: Copy,
  texts: { label: string; placeholder: string },
  { writable, onFull }: { writable: boolean; onFull: () => void },
): NotesEditor {
  const undoManager = new Y.UndoManager(notes);
  const mayWrite = new Compartment();
  const writing = (on: boolean) => [EditorState.readOnly.of(!on), EditorView.editable.of(true)];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: notes.toString(),
      extensions: [
        keymap.of([
          { key: 'Enter', run: insertNewlineContinueMarkup },
          { key: 'Mod-b', run: () => wrap(view, '**') },
          { key: 'Mod-i', run: () => wrap(view, '_') },
          ...yUndoManagerKeymap,
          ...defaultKeymap,
        ]),
        markdownLanguage,
        syntaxHighlighting(look),
        drawSelection(),
        EditorView.lineWrapping,
        eachLineItsWay,
        placeholder(texts.placeholder),
        EditorView.contentAttributes.of({ 'aria-label': texts.label, spellcheck: 'true', autocapitalize: 'sentences' }),
        atMost(longestNotes, onFull),
        mayWrite.of(writing(writable)),
        yCollab(notes, awareness, { undoManager }),
        theme,
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    setWritable: (on) => view.dispatch({ effects: mayWrite.reconfigure(writing(on)) }),
    wrap: (mark) => void wrap(view, mark),
    prefix: (start) => prefix(view, start),
    close() {
      awareness.setLocalStateField('cursor', null);
      view.destroy();
      undoManager.destroy();
    },
  };
}

function wrap(view: EditorView, mark: string): boolean {
  const { state } = view;
  if (state.readOnly) return false;
  const { from, to } = state.selection.main;
  const around = (size: number) => state.sliceDoc(from - size, from) === mark && state.sliceDoc(to, to + size) === mark;
  const { length } = mark;
  if (from >= length && around(length))
    view.dispatch({
      changes: [
        { from: from - length, to: from },
        { from: to, to: to + length },
      ],
    });
  else
    view.dispatch({
      changes: [
        { from, insert: mark },
        { from: to, insert: mark },
      ],
      selection: { anchor: from + length, head: to + length },
    });
  view.focus();
  return true;
}

function prefix(view: EditorView, start: string): void {
  const { state } = view;
  if (state.readOnly) return;
  const { from, to } = state.selection.main;
  const lines = [];
  for (let at = state.doc.lineAt(from); ; at = state.doc.line(at.number + 1)) {
    lines.push(at);
    if (at.to >= to) break;
  }
  const all = lines.every(({ text }) => text.startsWith(start));
  view.dispatch({
    changes: lines.map((line) => ({
      from: line.from,
      ...(all ? { to: line.from + start.length } : { insert: start }),
    })),
  });
  view.focus();
}

/** What people type beyond this is not taken; what comes from others is. */
const atMost = (most: number, onFull: () => void) =>
  EditorState.transactionFilter.of((transaction) => {
    const grows = transaction.newDoc.length > Math.max(most, transaction.startState.doc.length);
    if (!transaction.docChanged || !grows || !isTyped(transaction)) return transaction;
    setTimeout(onFull);
    return [];
  });
const isTyped = (transaction: { isUserEvent: (event: string) => boolean }) =>
  transaction.isUserEvent('input') || transaction.isUserEvent('move');

/** Arabic and French lines stand beside one another, each in its own direction. */
const eachLineItsWay: Extension = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = directions(view);
      }
      update(update: ViewUpdate) {
        if (update.docChanged || update.viewportChanged) this.decorations = directions(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  ),
];
const inDirection = {
  rtl: Decoration.line({ attributes: { dir: 'rtl' } }),
  ltr: Decoration.line({ attributes: { dir: 'ltr' } }),
};
function directions(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges)
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      // Not `dir="auto"`: it would look at the names of the cursors in the line too.
      const direction = directionOf(line.text);
      if (direction) builder.add(line.from, line.from, inDirection[direction]);
      at = line.to + 1;
    }
  return builder.finish();
}

const look = HighlightStyle.define([
  { tag: tags.heading1, fontSize: '1.3em', fontWeight: '600' },
  { tag: tags.heading2, fontSize: '1.15em', fontWeight: '600' },
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: '#7fc4bd' },
  { tag: tags.monospace, fontFamily: 'monospace', color: '#f6bd62' },
  { tag: tags.processingInstruction, color: '#7d9593' },
]);

const theme = EditorView.theme(
  {
    '&': { blockSize: '100%', color: '#eef5f4', fontSize: '0.95rem' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'inherit', lineHeight: '1.65', scrollbarWidth: 'thin' },
    '.cm-content': { padding: '0.9rem 0', caretColor: '#f1a836' },
    '.cm-line': { padding: '0 1rem', textAlign: 'start' },
    '.cm-cursor': { borderLeftColor: '#f1a836', borderLeftWidth: '2px' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: '#2c5a58' },
    '.cm-placeholder': { color: '#91a5a4' },
    '.cm-ySelectionInfo': {
      opacity: '1',
      padding: '0 0.35em',
      borderRadius: '4px 4px 4px 0',
      fontFamily: 'inherit',
      fontSize: '0.7rem',
      lineHeight: '1.4',
      whiteSpace: 'nowrap',
      insetBlockStart: '-1.3em',
    },
    // Above the first line there is no room.
    '.cm-line:first-child .cm-ySelectionInfo': { insetBlockStart: '1.5em', borderRadius: '0 4px 4px 4px' },
    '.cm-ySelectionCaretDot': { display: 'none' },
  },
  { dark: true },
);
