import { roleNames, roleScopes, scopeNames } from '@cardwatch/contracts/permissions';
import { useWords } from '../../words/words.tsx';
import { Scroll } from '../../frame/scroll.tsx';

/** Which role may do what, from the very table by which the collector decides. */
export function RolesTable() {
  const t = useWords();
  return (
    <Scroll label={t('people.tab.roles')}>
      <table className="plain roles-table">
        <thead>
          <tr>
            <th scope="col">{t('scope.title')}</th>
            {roleNames.map((role) => (
              <th key={role} scope="col">
                {t(`role.${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scopeNames.map((scope) => (
            <tr key={scope}>
              <th scope="row">
                {t(`scope.${scope}`)} <span className="meta">{scope}</span>
              </th>
              {roleNames.map((role) => (
                <td key={role}>
                  {roleScopes[role].includes(scope) ? (
                    <span title={t('scope.may')}>
                      ✓<span className="hidden">{t('scope.may')}</span>
                    </span>
                  ) : (
                    <span className="meta">–</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
