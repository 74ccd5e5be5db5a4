import { SpaceRole } from '@diwan/protocol/ibox.ts';
import { useTranslation } from 'react-i18next';

/** The roles as a choice, with what each may do. */
export function useRoles() {
  const { t } = useTranslation('sharing');
  return SpaceRole.options.map((role) => ({ value: role, label: t(`role.${role}`), hint: t(`roleHint.${role}`) }));
}
