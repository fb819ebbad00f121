namespace RocketMQ.Protocol.Codes;

/// <summary>How a request ended. Names are those of Apache's source in Pascal case; <see cref="Name"/> gives the original back.</summary>
public static class ResponseCode
{
    public const int Success = 0;
    public const int SystemError = 1;
    public const int SystemBusy = 2;
    public const int RequestCodeNotSupported = 3;
    public const int TransactionFailed = 4;
    public const int FlushDiskTimeout = 10;
    public const int SlaveNotAvailable = 11;
    public const int FlushSlaveTimeout = 12;
    public const int MessageIllegal = 13;
    public const int ServiceNotAvailable = 14;
    public const int VersionNotSupported = 15;
    public const int NoPermission = 16;
    public const int TopicNotExist = 17;
    public const int TopicExistAlready = 18;
    public const int PullNotFound = 19;
    public const int PullRetryImmediately = 20;
    public const int PullOffsetMoved = 21;
    public const int QueryNotFound = 22;
    public const int SubscriptionParseFailed = 23;
    public const int SubscriptionNotExist = 24;
    public const int SubscriptionNotLatest = 25;
    public const int SubscriptionGroupNotExist = 26;
    public const int FilterDataNotExist = 27;
    public const int FilterDataNotLatest = 28;
    public const int InvalidParameter = 29;

    public const int TransactionShouldCommit = 200;
    public const int TransactionShouldRollback = 201;
    public const int TransactionStateUnknow = 202;
    public const int TransactionStateGroupWrong = 203;
    public const int NoBuyerId = 204;
    public const int NotInCurrentUnit = 205;
    public const int ConsumerNotOnline = 206;
    public const int ConsumeMsgTimeout = 207;
    public const int NoMessage = 208;
    public const int PollingFull = 209;
    public const int PollingTimeout = 210;
    public const int BrokerNotExist = 211;
    public const int BrokerDispatchNotComplete = 212;
    public const int BroadcastConsumption = 213;
    public const int FlowControl = 215;

    public const int NotLeaderForQueue = 501;

    public const int IllegalOperation = 604;

    public const int GoAway = 1500;

    public const int ControllerFencedMasterEpoch = 2000;
    public const int ControllerFencedSyncStateSetEpoch = 2001;
    public const int ControllerInvalidMaster = 2002;
    public const int ControllerInvalidReplicas = 2003;
    public const int ControllerMasterNotAvailable = 2004;
    public const int ControllerInvalidRequest = 2005;
    public const int ControllerBrokerNotAlive = 2006;
    public const int ControllerNotLeader = 2007;
    public const int ControllerBrokerMetadataNotExist = 2008;
    public const int ControllerInvalidCleanBrokerMetadata = 2009;
    public const int ControllerBrokerNeedToBeRegistered = 2010;
    public const int ControllerMasterStillExist = 2011;
    public const int ControllerElectMasterFailed = 2012;
    public const int ControllerAlterSyncStateSetFailed = 2013;
    public const int ControllerBrokerIdInvalid = 2014;
    public const int ControllerJraftInternalError = 2015;
    public const int ControllerBrokerLiveInfoNotExists = 2016;

    public const int UserNotExist = 3001;
    public const int PolicyNotExist = 3002;

    public const int RpcUnknown = -1000;
    public const int RpcAddrIsNull = -1002;
    public const int RpcSendToChannelFailed = -1004;
    public const int RpcTimeOut = -1006;

    // Names that a later meaning replaced: brokers before 5.3.3, controllers before 5.1.1.
    public const int UpdateAndCreateAclConfigFailed = 209;
    public const int DeleteAclConfigFailed = 210;
    public const int UpdateGlobalWhiteAddrsConfigFailed = 211;
    public const int ControllerRegisterBrokerFailed = 2012;

    private static readonly CodeNames Names = CodeNames.Of(typeof(ResponseCode));

    /// <summary>Apache's name of a code, such as <c>PULL_NOT_FOUND</c> (the current one where an older version used the number
    /// for something else); the number itself when nobody defined it.</summary>
    public static string Name(int code) => Names[code];

    /// <summary>Whether somebody defined a code.</summary>
    public static bool IsNamed(int code) => Names.Has(code);

    /// <summary>A code as a sentence names it: <c>TOPIC_NOT_EXIST (17)</c>.</summary>
    public static string Describe(int code) => Names.Describe(code);
}
