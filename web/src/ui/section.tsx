import { Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

/** A titled sheet of a page. */
export function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" withBorder radius="lg" className={classes.section ?? ''} aria-labelledby={id}>
      <Title order={2} id={id}>
        {title}
      </Title>
      {lead && (
        <Text c="dimmed" mt={4}>
          {lead}
        </Text>
      )}
      <div className={classes.body}>{children}</div>
    </Paper>
  );
}
