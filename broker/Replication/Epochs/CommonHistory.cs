namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>Up to where two logs are the same, as far as their epochs tell.</summary>
internal static class CommonHistory
{
    /// <summary>
    /// The last entry that both have is one master's: up to where either stops there they have the same bytes. Of an entry that begins behind the end of a log
    /// that log has nothing. Where it is the last that their master has, and this log goes on behind their end, it is no master that wrote it: Apache's broker
    /// goes on under the old number where its own epoch would begin at the same place, so what both have under that number may differ from its first byte on.
    /// </summary>
    /// <param name="mine">This log's epochs.</param>
    /// <param name="myEnd">Where it ends.</param>
    /// <param name="theirs">The master's epochs.</param>
    /// <param name="theirEnd">Where the master's log ends.</param>
    /// <returns>The offset; null where no entry is the same.</returns>
    public static long? CommonPoint(IReadOnlyList<EpochEntry> mine, long myEnd, IReadOnlyList<EpochEntry> theirs, long theirEnd)
    {
        var (m, t) = (EpochFile.IndexAt(mine, myEnd), EpochFile.IndexAt(theirs, theirEnd));
        while (m >= 0 && t >= 0)
        {
            if (mine[m] == theirs[t])
            {
                var (end, masters) = (Math.Min(EpochFile.EndOf(mine, m), myEnd), Math.Min(EpochFile.EndOf(theirs, t), theirEnd));
                return t == theirs.Count - 1 && end > masters ? mine[m].StartOffset : Math.Min(end, masters);
            }

            if (mine[m].Epoch >= theirs[t].Epoch)
            {
                m--;
            }
            else
            {
                t--;
            }
        }

        // What was written before there was a controller is the same where both took the same first epoch behind it.
        return mine.Count > 0 && theirs.Count > 0 && mine[0] == theirs[0] ? Math.Min(mine[0].StartOffset, Math.Min(myEnd, theirEnd)) : null;
    }
}
