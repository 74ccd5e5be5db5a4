import { SpaceRole } from '@diwan/protocol/ibox.ts';
import { Select, type SelectProps, Text } from '@mantine/core';
import { useRoles } from './use-roles.ts';

type Props = Omit<SelectProps, 'data' | 'value' | 'onChange' | 'renderOption'> & {
  value: SpaceRole;
  onChange: (role: SpaceRole) => void;
};

/** A choice of role in which each says in plain words what it lets people do. */
export function RoleSelect({ value, onChange, ...rest }: Props) {
  const roles = useRoles();
  return (
    <Select
      {...rest}
      allowDeselect={false}
      data={roles}
      value={value}
      onChange={(chosen) => onChange(SpaceRole.catch(value).parse(chosen))}
      comboboxProps={{ width: 280, position: 'bottom-end' }}
      renderOption={({ option }) => (
        <div>
          <Text size="sm" fw={500}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {roles.find((role) => role.value === option.value)?.hint}
          </Text>
        </div>
      )}
    />
  );
}
