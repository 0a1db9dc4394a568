import { useState } from 'react';
import type { DiffLine } from '../../../shared/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { Button } from '../../components/index.ts';
import { folded, type DiffPiece } from './fold.ts';

const words = bucketPage.mend;

/** What changes, line by line: told apart by signs and by words for who hears it, and not by colour alone. */
export function Diff({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <div className="bucket-code bucket-diff selectable" role="region" aria-label={words.diff} tabIndex={0}>
      {folded(lines).map((piece, at) => (
        <Piece key={at} piece={piece} />
      ))}
    </div>
  );
}

function Piece({ piece }: { piece: DiffPiece }) {
  const [open, setOpen] = useState(false);
  if ('hidden' in piece && !open) {
    return (
      <Button size="small" variant="quiet" onPress={() => setOpen(true)}>
        {words.equal(piece.hidden.length)}
      </Button>
    );
  }
  const lines = 'hidden' in piece ? piece.hidden : piece.lines;
  return lines.map((line, at) => <Line key={at} line={line} />);
}

const signs = { same: ' ', added: '+', removed: '−' } as const;
const said = { same: null, added: words.added, removed: words.removed } as const;

function Line({ line: { kind, text } }: { line: DiffLine }) {
  return (
    <div className="bucket-line" data-kind={kind}>
      <span className="bucket-sign" aria-hidden>
        {signs[kind]}
      </span>
      <span className="bucket-text">
        {said[kind] !== null && <span className="visually-hidden">{said[kind]}</span>}
        {text}
      </span>
    </div>
  );
}
