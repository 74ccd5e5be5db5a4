import { Typography } from '@mantine/core';
import Markdown from 'react-markdown';
import classes from './prose.module.css';

/** A text in Markdown. No HTML of the text's own is let through. */
export function Prose({ text }: { text: string }) {
  return (
    <Typography className={classes.prose ?? ''}>
      <Markdown>{text}</Markdown>
    </Typography>
  );
}
