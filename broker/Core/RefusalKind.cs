namespace RocketMQ.Broker.Core;

/// <summary>Why an operation is not carried out, in the words of Apache's response codes; what a client is told of it is its protocol's.</summary>
public enum RefusalKind
{
    SystemError,
    SystemBusy,
    FlushDiskTimeout,
    FlushSlaveTimeout,
    SlaveNotAvailable,
    MessageIllegal,
    ServiceNotAvailable,
    NoPermission,
    TopicNotExist,
    SubscriptionParseFailed,
    SubscriptionNotExist,
    SubscriptionNotLatest,
    SubscriptionGroupNotExist,
    InvalidParameter,
    ConsumerNotOnline,

    /// <summary>What is named by an offset is not, or no longer, there.</summary>
    NoMessage,

    /// <summary>As many requests wait as may.</summary>
    PollingFull,

    /// <summary>The request came too late for its own waiting time.</summary>
    PollingTimeout,

    /// <summary>Not in the state that what is named is in.</summary>
    IllegalOperation,
}
