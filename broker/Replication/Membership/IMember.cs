namespace RocketMQ.Broker.Replication.Membership;

/// <summary>What membership of a set has the broker do.</summary>
internal interface IMember
{
    /// <summary>Becomes master.</summary>
    /// <param name="begin">Done when nobody writes to the log any more, and before anything is appended.</param>
    Task LeadAsync(Action begin, CancellationToken cancellationToken);

    /// <summary>Becomes a slave, or stays one, under an id.</summary>
    Task FollowAsync(long brokerId, CancellationToken cancellationToken);

    /// <summary>Is seen by name servers from here on.</summary>
    Task AppearAsync(CancellationToken cancellationToken);

    /// <summary>Ends the log at an offset. The broker stops, and starts again with what is left: not waited for by its parts.</summary>
    void Cut(long offset);
}
