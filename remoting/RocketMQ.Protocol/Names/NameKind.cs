namespace RocketMQ.Protocol.Names;

/// <summary>What a field's text is the name of; see <see cref="NameRule"/> for what each may look like.</summary>
public enum NameKind
{
    /// <summary>May become a directory and a key of tables.</summary>
    Topic,

    /// <summary>A consumer's group. May become part of a topic's name.</summary>
    Group,

    /// <summary>A producer's group: the same rule, but nobody looks it up.</summary>
    Producer,

    /// <summary>A client's id: an address, a process and whatever its program adds.</summary>
    Client,

    Broker,

    Cluster,

    /// <summary>A name server's namespace of key-value pairs, or a key in one.</summary>
    Namespace,

    /// <summary>A user of access control, an access key.</summary>
    User,

    /// <summary>A broker's <c>host:port</c>.</summary>
    Address,

    /// <summary>Where a broker stands; consumers are routed to their own.</summary>
    Zone,

    /// <summary>One attempt of a consumer at an ordered pop, remembered until its messages are acknowledged.</summary>
    Attempt,
}
