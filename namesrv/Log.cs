using System.Net;
using Microsoft.Extensions.Logging;

namespace RocketMQ.NameServer;

/// <summary>What the name server logs; event ids 2000–2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Name server started on {EndPoint}")]
    public static partial void Started(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2020, LogLevel.Warning, "Whoever reaches {EndPoint} may register brokers and change routes: a name server asks nobody who they are. bindAddress=127.0.0.1 keeps it to this machine")]
    public static partial void OpenToAll(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2022, LogLevel.Warning, "{Count} further brokers left together with these")]
    public static partial void MoreBrokersLeft(ILogger logger, int count);

    [LoggerMessage(2021, LogLevel.Warning, "The registration of broker {Name} at {Address} is refused: {Reason}")]
    public static partial void RegistrationFull(ILogger logger, string name, string address, string reason);

    [LoggerMessage(2001, LogLevel.Information, "Name server stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2002, LogLevel.Information, "Broker {Name}[{Id}] of cluster {Cluster} registered from {Address}")]
    public static partial void BrokerRegistered(ILogger logger, string name, long id, string cluster, string address);

    [LoggerMessage(2003, LogLevel.Information, "Broker {Name} of cluster {Cluster} at {Address} unregistered")]
    public static partial void BrokerUnregistered(ILogger logger, string name, string cluster, string address);

    [LoggerMessage(2004, LogLevel.Warning, "Broker of cluster {Cluster} at {Address} lost its connection and is out of all routes: {Reason}")]
    public static partial void BrokerDisconnected(ILogger logger, string cluster, string address, string? reason);

    [LoggerMessage(2005, LogLevel.Warning, "Broker of cluster {Cluster} at {Address} was not heard for {TimeoutMs} ms and is out of all routes")]
    public static partial void BrokerExpired(ILogger logger, string cluster, string address, double timeoutMs);

    [LoggerMessage(2006, LogLevel.Warning, "Broker {Name}[{Id}] at {Address} is refused: {Holder} holds this id with a newer state version")]
    public static partial void RegistrationConflict(ILogger logger, string name, long id, string address, string holder);

    [LoggerMessage(2007, LogLevel.Warning, "The registration of broker {Name} at {Address} is refused: its body does not match its CRC")]
    public static partial void RegistrationDamaged(ILogger logger, string name, string address);

    [LoggerMessage(2008, LogLevel.Information, "Topic {Topic} deleted from cluster {Cluster} (none: all) by {Client}")]
    public static partial void TopicDeleted(ILogger logger, string topic, string? cluster, EndPoint? client);

    [LoggerMessage(2009, LogLevel.Warning, "Topic {Topic} is not registered: of the brokers {Brokers} at least one is not known")]
    public static partial void TopicOfUnknownBroker(ILogger logger, string topic, string brokers);

    [LoggerMessage(2010, LogLevel.Information, "Write permission of broker {Name} wiped from {Count} topics by {Client}")]
    public static partial void WritePermissionWiped(ILogger logger, string name, int count, EndPoint? client);

    [LoggerMessage(2011, LogLevel.Information, "Write permission of broker {Name} added to {Count} topics by {Client}")]
    public static partial void WritePermissionAdded(ILogger logger, string name, int count, EndPoint? client);

    [LoggerMessage(2012, LogLevel.Information, "Configuration updated by {Client}: {Changes}")]
    public static partial void ConfigUpdated(ILogger logger, EndPoint? client, string changes);

    [LoggerMessage(2013, LogLevel.Warning, "Configuration key {Key} changes nothing here: {Instead}")]
    public static partial void KeyIgnored(ILogger logger, string key, string instead);

    [LoggerMessage(2015, LogLevel.Warning, "A topic of broker {Broker} is left out of its registration: {Reason}")]
    public static partial void TopicLeftOut(ILogger logger, string broker, string reason);

    [LoggerMessage(2014, LogLevel.Debug, "The broker at {Address} could not be told of the new smallest broker id: {Reason}")]
    public static partial void NoticeNotSent(ILogger logger, string address, string reason);

    [LoggerMessage(2015, LogLevel.Warning, "Broker {Name} of cluster {Cluster} at {Address} is out of all routes: that address registers as {NewName} now")]
    public static partial void OldNameRemoved(ILogger logger, string name, string cluster, string address, string newName);
}
