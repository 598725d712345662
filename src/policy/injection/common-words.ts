/**
 * The commonest English words. A stretch of text without one is not English prose, and a reading of it (turned
 * around, letters rotated) that has some is worth judging.
 */
export const commonWords: readonly string[] = (
  'the of and to a in is it you that he was for on are with as his they be at one have this from or had by but ' +
  'what some we can out other were all there when up use your how said an each she which do their time if will ' +
  'way about many then them write would like so these her long make thing see him two has look more day could go ' +
  'come did number no most people my over know than call first who may down been now find any new work part take ' +
  'get place made where after back little only man came show every good me give our under name very through just ' +
  'much before help too mean any same tell want also around three need because does should i not please'
).split(' ');
