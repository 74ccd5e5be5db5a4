import { Title } from '@mantine/core';
import { useMe } from '../wire/queries.ts';

export function HomePage() {
  return <Title order={1}>{useMe().account.name}</Title>;
}
