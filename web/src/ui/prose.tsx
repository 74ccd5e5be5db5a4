import { Typography } from '@mantine/core';
import Markdown, { type Components } from 'react-markdown';
import classes from './prose.module.css';

const beside: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ),
};

/** A text in Markdown. No HTML of the text's own is let through. @param stay its links open beside the page */
export function Prose({ text, stay = false }: { text: string; stay?: boolean }) {
  return (
    <Typography className={classes.prose ?? ''}>
      <Markdown {...(stay ? { components: beside } : {})}>{text}</Markdown>
    </Typography>
  );
}
