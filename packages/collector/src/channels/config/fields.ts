/** Fields that several channels have. `allowed` names what the words files say about a field; a value of a `secret` one is never quoted. */
import { z } from 'zod';

/** A file below the data folder, mode 0600. */
export const SecretFile = z
  .string()
  .regex(/^(?![/.])(?!.*\.\.)[A-Za-z0-9._/-]{1,200}$/)
  .meta({ allowed: 'secretFile', secret: true });

/** What a recipient's address says to reach a robot or an endpoint. */
export const TargetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/)
  .meta({ allowed: 'targetName' });

/** May hold a key in its path: not quoted. */
export const CallUrl = z
  .string()
  .max(1_000)
  .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:[/?][\x21-\x7e]*)?$/)
  .meta({ allowed: 'url', secret: true });

export const HostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$|^::1$/)
  .meta({ allowed: 'host' });

export const MailAddress = z
  .string()
  .regex(/^(?=.{3,254}$)[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/)
  .meta({ allowed: 'mailAddress' });

export const targetsMax = 64;

/** By the name that a recipient's address says. */
export const targets = <T extends z.ZodType>(target: T): z.ZodRecord<typeof TargetName, T> =>
  z.record(TargetName, target).refine((all) => Object.keys(all).length <= targetsMax, { params: { what: 'tooManyTargets' } });
