import { Fragment } from 'react';

/** Short words in a row, each in its own direction: figures keep their order beside Arabic. */
export function Apart({ words }: { words: readonly string[] }) {
  return words.map((word, place) => (
    <Fragment key={word}>
      {place > 0 && ' · '}
      <bdi>{word}</bdi>
    </Fragment>
  ));
}
