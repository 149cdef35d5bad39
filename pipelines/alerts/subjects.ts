/** What rules of alert can look at: `models/alerts/subjects.yml`. */
import { join } from 'node:path';
import { readSubjects, type Subjects } from '../conditions/subjects.ts';

export const loadSubjects = (models: string): Promise<Subjects> =>
  readSubjects(join(models, 'alerts', 'subjects.yml'));
