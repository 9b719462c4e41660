import type { DatabaseSync } from 'node:sqlite';
import { err, ok } from '@cardwatch/kernel';
import { wallLimits, type WallLinkRow, type WallRole } from '../../people/walls.ts';
import type { Row } from '../read/connection.ts';
import { int, intOrNull, text } from '../read/row.ts';
import { areasOf } from './areas.ts';
import { appendRow } from './audit.ts';
import { transaction } from './file.ts';

export function wallsOver(db: DatabaseSync): WallRole {
  return {
    addWallLink: async (link, audit) =>
      transaction(db, () => {
        db.prepare('DELETE FROM wall_link WHERE expires_at <= ?').run(link.createdAt);
        if (int(db.prepare('SELECT count(*) AS n FROM wall_link').get()?.['n']) >= wallLimits.links) return err({ kind: 'full' });
        insertLink(db, link);
        appendRow(db, audit);
        return ok(null);
      }),
    wallLink: async (idHash) => {
      const row = db.prepare('SELECT * FROM wall_link WHERE id_hash = ?').get(idHash);
      return row === undefined ? null : linkRow(row);
    },
    wallLinks: async (now) => db.prepare(linksSql).all(now).map(linkUse),
    removeWallLink: async (linkId, audit) =>
      transaction(db, () => {
        const { changes } = db.prepare('DELETE FROM wall_link WHERE substr(id_hash, 1, ?) = ?').run(linkId.length, linkId);
        if (changes === 0) return false;
        appendRow(db, audit);
        return true;
      }),
    openWallSession: async ({ idHash, linkHash, at }, audit) =>
      transaction(db, () => {
        if (db.prepare('SELECT 1 FROM wall_link WHERE id_hash = ?').get(linkHash) === undefined) return false;
        db.prepare('INSERT INTO wall_session (id_hash, link_hash, created_at, last_used_at) VALUES (?, ?, ?, ?)').run(
          idHash,
          linkHash,
          at,
          at,
        );
        db.prepare(spareSql).run(linkHash, linkHash, wallLimits.screensPerLink);
        appendRow(db, audit);
        return true;
      }),
    wallSession: async (idHash) => {
      const row = db.prepare(sessionSql).get(idHash);
      return row === undefined ? null : { idHash, link: linkRow(row), lastUsedAt: int(row['last_used_at']) };
    },
    touchWallSession: async (idHash, at) => {
      db.prepare('UPDATE wall_session SET last_used_at = ? WHERE id_hash = ?').run(at, idHash);
    },
  };
}

const linksSql = `SELECT wall_link.*, count(wall_session.id_hash) AS screens, max(wall_session.last_used_at) AS last_used_at
  FROM wall_link LEFT JOIN wall_session ON link_hash = wall_link.id_hash WHERE expires_at > ?
  GROUP BY wall_link.id_hash ORDER BY wall_link.created_at DESC, wall_link.id_hash`;

const sessionSql = `SELECT wall_link.*, wall_session.last_used_at FROM wall_session
  JOIN wall_link ON wall_link.id_hash = link_hash WHERE wall_session.id_hash = ?`;

const spareSql = `DELETE FROM wall_session WHERE link_hash = ? AND id_hash NOT IN
  (SELECT id_hash FROM wall_session WHERE link_hash = ? ORDER BY last_used_at DESC, created_at DESC, id_hash LIMIT ?)`;

function insertLink(db: DatabaseSync, link: WallLinkRow): void {
  db.prepare('INSERT INTO wall_link (id_hash, label, areas, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)').run(
    link.idHash,
    link.label,
    link.areas === null ? null : JSON.stringify(link.areas),
    link.createdBy,
    link.createdAt,
    link.expiresAt,
  );
}

const linkRow = (row: Row): WallLinkRow => ({
  idHash: text(row['id_hash']),
  label: text(row['label']),
  areas: areasOf(row['areas']),
  createdBy: text(row['created_by']),
  createdAt: int(row['created_at']),
  expiresAt: int(row['expires_at']),
});

const linkUse = (row: Row) => ({ ...linkRow(row), screens: int(row['screens']), lastUsedAt: intOrNull(row['last_used_at']) });
