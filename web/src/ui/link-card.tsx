import { Button, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './link-card.module.css';

/** A thing of the house: what it is, how it stands, and the way in. */
export function LinkCard(props: {
  icon: ReactNode;
  title: string;
  hint: ReactNode;
  to: string;
  action: string;
  children?: ReactNode;
}) {
  return (
    <Paper withBorder radius="lg" className={classes.card ?? ''}>
      <span className={classes.icon} aria-hidden>
        {props.icon}
      </span>
      <div className={classes.body}>
        <Title order={2} size="h3">
          {props.title}
        </Title>
        <Text c="dimmed" component="div" className={classes.hint ?? ''}>
          {props.hint}
        </Text>
        {props.children}
        <Button component={Link} to={props.to} variant="light" mt="md">
          {props.action}
        </Button>
      </div>
    </Paper>
  );
}
