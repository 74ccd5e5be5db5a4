import { Progress } from '@mantine/core';
import { useFormats } from './format.ts';

interface Props {
  /** Of 1. */
  ratio: number;
  label: string;
  /** Read out in place of the percentage. */
  words?: string;
  color?: string | undefined;
  animated?: boolean;
  size?: number;
  className?: string | undefined;
}

/** How much of the whole; the library's own would read out every decimal. */
export function ProgressBar({ ratio, label, words, color, animated = false, size = 6, className = '' }: Props) {
  const format = useFormats();
  const percent = Math.floor(ratio * 100);
  return (
    <Progress.Root size={size} radius="xl" className={className}>
      <Progress.Section
        value={ratio * 100}
        animated={animated}
        {...(color ? { color } : {})}
        withAria={false}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words ?? format.percent(percent / 100)}
      />
    </Progress.Root>
  );
}
