using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker;

/// <summary>What the broker logs; event ids 3000–3999, a hundred for each folder.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Error, "{Path} can't be read; its backup or nothing is used instead")]
    public static partial void ConfigUnreadable(ILogger logger, string path, Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "{Path} was written by another program since: {Count} changes that only the journal of this broker has are passed over")]
    public static partial void ForeignContent(ILogger logger, string path, int count);

    [LoggerMessage(3006, LogLevel.Error, "{Path} holds an entry that is left out: {Reason}")]
    public static partial void EntryLeftOut(ILogger logger, string path, string reason);

    [LoggerMessage(3004, LogLevel.Error, "Stopping: {Part} failed; the rest goes on")]
    public static partial void StopFailed(ILogger logger, string part, Exception exception);

    [LoggerMessage(3005, LogLevel.Error, "Stopping: {Part} takes longer than {Seconds} s; {Then}")]
    public static partial void StopLate(ILogger logger, string part, double seconds, string then);

    [LoggerMessage(3007, LogLevel.Information, "Broker {Name} is {Role} now; it was {Was}")]
    public static partial void RoleChanged(ILogger logger, string name, Roles.BrokerRole role, Roles.BrokerRole was);

    [LoggerMessage(3001, LogLevel.Warning, "Configuration key {Key} changes nothing here: {Instead}")]
    public static partial void KeyIgnored(ILogger logger, string key, string instead);

    [LoggerMessage(3002, LogLevel.Information, "Configuration changed by {Client}: {Changes}")]
    public static partial void ConfigUpdated(ILogger logger, System.Net.EndPoint? client, string changes);

    [LoggerMessage(3100, LogLevel.Warning, "Topic {Topic} is not created: the template topic {Template} does not exist (autoCreateTopicEnable=false?)")]
    public static partial void NoTemplate(ILogger logger, string topic, string template);

    [LoggerMessage(3101, LogLevel.Warning, "Topic {Topic} is not created: the template topic {Template} has perm {Perm}, which others don't inherit")]
    public static partial void TemplateNotInherited(ILogger logger, string topic, string template, int perm);

    [LoggerMessage(3102, LogLevel.Information, "Topic {Topic} created with {Queues} queues, modelled on {Template}")]
    public static partial void TopicCreated(ILogger logger, string topic, int queues, string template);

    [LoggerMessage(3103, LogLevel.Warning, "Topic {Topic} is not created: there are {Limit} topics, which is the limit (maxTopicNum)")]
    public static partial void TopicsFull(ILogger logger, string topic, int limit);

    [LoggerMessage(3202, LogLevel.Warning, "Consumer group {Group} is not created: there are {Limit} groups, which is the limit (maxSubscriptionGroupNum)")]
    public static partial void GroupsFull(ILogger logger, string group, int limit);

    [LoggerMessage(3200, LogLevel.Information, "Consumer group {Group} created on first use")]
    public static partial void GroupCreated(ILogger logger, string group);

    [LoggerMessage(3201, LogLevel.Information, "Consumer group {Group}: {ClientId} joined or changed what it subscribes to; members: {Count}")]
    public static partial void ConsumerChanged(ILogger logger, string group, string clientId, int count);

    [LoggerMessage(3202, LogLevel.Error, "A client left consumer group {Group}; telling of it failed")]
    public static partial void LeavingFailed(ILogger logger, string group, Exception exception);

    [LoggerMessage(3300, LogLevel.Warning, "Registering with name server {Address} failed: {Reason}")]
    public static partial void RegisterFailed(ILogger logger, string address, string reason);

    [LoggerMessage(3301, LogLevel.Information, "Registered with name server {Address}")]
    public static partial void Registered(ILogger logger, string address);

    [LoggerMessage(3302, LogLevel.Error, "{Task} failed; it is tried again")]
    public static partial void BackgroundFailed(ILogger logger, string task, Exception exception);

    [LoggerMessage(3303, LogLevel.Information, "Broker {Name} of cluster {Cluster} serves at {Address}, store {Store}")]
    public static partial void Started(ILogger logger, string name, string cluster, string address, string store);

    [LoggerMessage(3400, LogLevel.Warning, "The delayed record at commit-log offset {Offset} is gone or names no real topic; it is passed over")]
    public static partial void NotDeliverable(ILogger logger, long offset);

    [LoggerMessage(3401, LogLevel.Error, "The timer at commit-log offset {Offset} can't be delivered to {Topic}: {Status}. Its record stays where it is until it expires")]
    public static partial void TimerRefused(ILogger logger, long offset, string topic, Store.AppendStatus status);

    [LoggerMessage(3750, LogLevel.Information, "Request {Asked} from {Source} is denied: {Reason}")]
    public static partial void AccessDenied(ILogger logger, string asked, System.Net.IPAddress? source, string reason);

    [LoggerMessage(3305, LogLevel.Warning, "Whoever reaches {EndPoint} may send, read and administer: there is no access control. authenticationEnabled=true asks who they are, bindAddress=127.0.0.1 keeps the broker to this machine")]
    public static partial void OpenToAll(ILogger logger, System.Net.IPEndPoint endPoint);

    [LoggerMessage(3304, LogLevel.Information, "Broker {Name} stopped")]
    public static partial void Stopped(ILogger logger, string name);

    [LoggerMessage(3700, LogLevel.Warning, "Transaction {MessageId} of producer group {Group} is not ended: {Reason}")]
    public static partial void TransactionNotEnded(ILogger logger, string messageId, string group, string reason);

    [LoggerMessage(3701, LogLevel.Warning, "Producer group {Group} has nobody connected to be asked about transaction {MessageId}; the check counts")]
    public static partial void NoProducerToCheck(ILogger logger, string group, string messageId);

    [LoggerMessage(3702, LogLevel.Error, "Transaction {MessageId} is given up after {Checks} checks, or for its age; its message is in {Topic}")]
    public static partial void TransactionGivenUp(ILogger logger, string messageId, long checks, string topic);

    [LoggerMessage(3703, LogLevel.Warning, "The half message at offset {Offset} is deleted or unreadable; it is passed over")]
    public static partial void HalfMessageGone(ILogger logger, long offset);

    [LoggerMessage(3710, LogLevel.Error, "A request that waited could not be answered; the others are")]
    public static partial void WaitingRequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(3720, LogLevel.Warning, "A reply to topic {Topic} was not stored: {Reason}")]
    public static partial void ReplyNotStored(ILogger logger, string topic, string reason);

    [LoggerMessage(3721, LogLevel.Warning, "Client {Client} did not take the reply pushed to it: {Reason}")]
    public static partial void ReplyNotPushed(ILogger logger, string client, string reason);

    [LoggerMessage(3800, LogLevel.Information, "Health and figures are at http://{EndPoint}: /health/live, /health/ready, /metrics")]
    public static partial void ProbesServed(ILogger logger, System.Net.IPEndPoint endPoint);

    [LoggerMessage(3801, LogLevel.Warning, "There is no health and no figures: {Reason}. Set metricsPromExporterPort to a free port, or healthEnable=false and metricsExporterType=DISABLE")]
    public static partial void ProbesNotServed(ILogger logger, string reason);

    [LoggerMessage(3802, LogLevel.Information, "Figures go to {Target} every {Interval} ms")]
    public static partial void ExportStarted(ILogger logger, string target, int interval);

    [LoggerMessage(3803, LogLevel.Error, "Figures go nowhere: metricsExporterType=OTLP_GRPC needs metricsGrpcExporterTarget")]
    public static partial void NoExporterTarget(ILogger logger);

    [LoggerMessage(3805, LogLevel.Error, "Figures go nowhere: metricsExporterType=OTLP_GRPC needs an exporter, which the program around this broker does not have")]
    public static partial void NoExporter(ILogger logger);

    [LoggerMessage(3900, LogLevel.Information, "Slaves are served at {EndPoint}")]
    public static partial void ShippingListens(ILogger logger, System.Net.IPEndPoint endPoint);

    [LoggerMessage(3901, LogLevel.Information, "Slave {Address} has the log up to {Offset}, and gets it from {Next} on")]
    public static partial void SlaveCame(ILogger logger, string address, long offset, long next);

    [LoggerMessage(3902, LogLevel.Information, "Slave {Address}, which had the log up to {Offset}, is gone: {Reason}")]
    public static partial void SlaveGone(ILogger logger, string address, long offset, string? reason);

    [LoggerMessage(3903, LogLevel.Warning, "{Address} does not follow the log: {Reason}")]
    public static partial void SlaveRefused(ILogger logger, string address, string reason);

    [LoggerMessage(3904, LogLevel.Error, "A connection at {EndPoint} could not be accepted")]
    public static partial void AcceptingSlavesFailed(ILogger logger, System.Net.IPEndPoint endPoint, Exception exception);

    [LoggerMessage(3910, LogLevel.Information, "The log follows {Address} from {Offset} on")]
    public static partial void Following(ILogger logger, string address, long offset);

    [LoggerMessage(3911, LogLevel.Warning, "This slave falls behind: {State}")]
    public static partial void NotFollowing(ILogger logger, string state);

    [LoggerMessage(3920, LogLevel.Information, "This broker is master in epoch {Epoch}, from offset {Offset} of the log on")]
    public static partial void Leads(ILogger logger, int epoch, long offset);

    [LoggerMessage(3921, LogLevel.Information, "Broker {Master} at {Address} is master in epoch {Epoch}: this one follows")]
    public static partial void Follows(ILogger logger, long master, string? address, int epoch);

    [LoggerMessage(3922, LogLevel.Information, "Brokers {Members} are the sync-state set {Epoch}")]
    public static partial void InSyncSetStored(ILogger logger, string members, int epoch);

    [LoggerMessage(3923, LogLevel.Warning, "Nobody knows whether the last sync-state set was stored: this broker has itself elected anew")]
    public static partial void InSyncSetInDoubt(ILogger logger);

    [LoggerMessage(3924, LogLevel.Warning, "Of the set nothing new is known: {Reason}")]
    public static partial void ControllerNotAsked(ILogger logger, string reason);

    [LoggerMessage(3925, LogLevel.Warning, "The controller knows no broker {Id} of this set: another id is applied for")]
    public static partial void IdentityForgotten(ILogger logger, long id);

    [LoggerMessage(3926, LogLevel.Warning, "The log ends at {Offset} now: what this broker had beyond, the set has not")]
    public static partial void LogCut(ILogger logger, long offset);

    [LoggerMessage(3927, LogLevel.Error, "The broker can't start with the log it has left, and tries again in {Seconds} s")]
    public static partial void ReopenFailed(ILogger logger, double seconds, Exception exception);

    [LoggerMessage(3928, LogLevel.Information, "Broker {Id} is master now, as this one stops")]
    public static partial void HandedOver(ILogger logger, long id);

    [LoggerMessage(3929, LogLevel.Warning, "Broker {Id} was not made master before this one stops: {Reason}")]
    public static partial void NotHandedOver(ILogger logger, long id, string reason);

    [LoggerMessage(3950, LogLevel.Information, "Topics, groups and offsets are those of the master at {Address}, asked every {Seconds} s")]
    public static partial void MetadataFollowed(ILogger logger, string address, double seconds);

    [LoggerMessage(3951, LogLevel.Warning, "Topics, groups and offsets of the master at {Address} are not taken, those that are here stay; it is tried again: {Reason}")]
    public static partial void MetadataNotFollowed(ILogger logger, string address, string reason);

    [LoggerMessage(3952, LogLevel.Information, "Topic {Topic} is deleted, as the master has deleted it")]
    public static partial void FollowedDeletion(ILogger logger, string topic);

    [LoggerMessage(3804, LogLevel.Information, "Figures:\n{Text}")]
    public static partial void Figures(ILogger logger, string text);
}
